import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import worker from "../../src/index.ts";
import { type Call, requestOf } from "./api.ts";

const RUNS = ["first", "run", "all", "raw"];

/** A place in a run of statements at which the directory fails. */
class FailingDirectory {
  #until: number;
  reached = false;

  constructor(position: number) {
    this.#until = position;
  }

  /** Whether the statement that comes now is the one; the batch that holds it rolls back. */
  #isNext(): boolean {
    this.#until -= 1;
    if (this.#until === -1) this.reached = true;
    return this.#until === -1;
  }

  around(database: D1Database | D1DatabaseSession): D1Database {
    const originals = new WeakMap<object, D1PreparedStatement>();
    const wrap = (statement: D1PreparedStatement): D1PreparedStatement => {
      const proxy = new Proxy(statement, {
        get: (target, name) => {
          if (name === "bind") return (...values: unknown[]) => wrap(target.bind(...values));
          const member = Reflect.get(target, name) as unknown;
          if (typeof member !== "function") return member;
          if (!RUNS.includes(String(name))) return member.bind(target);
          return async (...values: unknown[]) => {
            if (this.#isNext()) throw new Error("D1_ERROR: forced");
            return (member as (...all: unknown[]) => Promise<unknown>).apply(target, values);
          };
        },
      });
      originals.set(proxy, statement);
      return proxy;
    };
    return {
      withSession: (constraint: string) => {
        const session = (database as D1Database).withSession(constraint);
        return { ...this.around(session), getBookmark: () => session.getBookmark() };
      },
      prepare: (sql: string) => wrap(database.prepare(sql)),
      batch: (statements: D1PreparedStatement[]) => {
        const failing = statements.flatMap((one) => [
          ...(this.#isNext() ? [database.prepare("INSERT INTO refusals (reason) VALUES ('forced')")] : []),
          originals.get(one) ?? one,
        ]);
        // The last place is after the last statement: all of them ran, and none may count.
        if (this.#isNext()) failing.push(database.prepare("INSERT INTO refusals (reason) VALUES ('forced')"));
        return database.batch(failing);
      },
    } as unknown as D1Database;
  }
}

/**
 * Makes a request again and again, each time with the directory failing one statement later: before each
 * statement that it runs, those within a batch too, and after the last of each batch.
 *
 * @param afterFailure looks whether nothing was done by half.
 * @param differs bindings that are others than the Worker's, such as a limit that so many requests do not reach.
 * @returns how many failures were forced, and the answer of the last time, when there was none left to force.
 */
export async function failAtEveryStatement(
  path: string,
  asked: Call,
  afterFailure: (answer: Response) => Promise<void>,
  differs: Partial<Env> = {},
): Promise<{ failures: number; answer: Response }> {
  for (let position = 0; ; position++) {
    const failing = new FailingDirectory(position);
    const bindings = { ...env, ...differs, DIRECTORY: failing.around(env.DIRECTORY) };
    const context = createExecutionContext();
    const answer = (await worker.fetch(requestOf(path, asked) as never, bindings, context)) as Response;
    await waitOnExecutionContext(context);
    if (!failing.reached) return { failures: position, answer };
    await afterFailure(answer);
  }
}

const TABLES = [
  ...["users", "companies", "company_ancestors", "user_accesses", "sessions", "invitations", "mails"],
  ...["legal_approvals", "audit_events", "login_failures"],
];

/** What becomes of a mail by itself, at any time after it was written. */
const DELIVERY = ["queued_at", "done_at", "failed_at"];

/** Everything that the directory holds of people, to compare before and after. */
export async function dumpDirectory(): Promise<Record<string, unknown[]>> {
  const answers = await env.DIRECTORY.batch<Record<string, unknown>>(
    TABLES.map((table) => env.DIRECTORY.prepare(`SELECT * FROM ${table} ORDER BY rowid`)),
  );
  return Object.fromEntries(
    answers.map(({ results }, index) => [TABLES[index], results.map(withoutDelivery)]),
  );
}

function withoutDelivery(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([column]) => !DELIVERY.includes(column)));
}
