import type { StatementBudget } from "./budget.ts";
import type { CallTimer } from "./call-timer.ts";
import { CallTimedOut, DatabaseUnavailable, isTransient } from "./errors.ts";

/** What the calls of one invocation have cost so far, over all databases. */
export interface Cost {
  calls: number;
  statements: number;
  retries: number;
  rowsRead: number;
  rowsWritten: number;
  /** Statements whose rows are in neither: D1 does not say what one costs that is asked for rows as arrays. */
  uncounted: number;
  /** How long the calls took, each from when it was sent. Calls side by side count each. */
  milliseconds: number;
}

/** The cost of nothing yet. */
export function noCost(): Cost {
  return { calls: 0, statements: 0, retries: 0, rowsRead: 0, rowsWritten: 0, uncounted: 0, milliseconds: 0 };
}

/** How calls to D1 are made: a person waits for a request, and for no job. */
export interface CallPolicy {
  /** How long one call may take, in milliseconds. D1 itself ends a query after 30 s. */
  timeLimit: number;
  /** The longest pauses before a call is made again, in milliseconds; each is shortened at random. */
  pauses: readonly number[];
}

export const REQUEST_CALLS: CallPolicy = { timeLimit: 10_000, pauses: [100, 400] };
export const JOB_CALLS: CallPolicy = { timeLimit: 35_000, pauses: [200, 1000, 3000] };
/** Asks whether a database answers: once, and not for long. */
export const PROBE_CALLS: CallPolicy = { timeLimit: 3_000, pauses: [] };

/** What a client needs to know of the invocation that it serves. */
export interface CallContext {
  /** `directory` or `leads_<n>`. */
  database: string;
  policy: CallPolicy;
  budget: StatementBudget;
  cost: Cost;
  timer: CallTimer;
  /** Whether only reads are sent; one for all clients of an invocation. */
  access: { readOnly: boolean };
}

type Session = Pick<D1Database, "prepare" | "batch">;

/**
 * A client of one database that outlives its bad moments. Reads are made again; a write is not, unless the client
 * is {@link idempotent}: whether it took effect is unknown. What still fails is a {@link DatabaseUnavailable}.
 *
 * It has the two methods of `D1Database` that queries need, so that drizzle accepts it as one.
 */
export function createClient(session: Session, context: CallContext): D1Database {
  return new Client(session, context, false) as unknown as D1Database;
}

/**
 * The same client for writes that may be made twice: their first statement refuses to run again, or running them
 * again changes nothing. They are retried as reads are.
 */
export function idempotent(client: D1Database): D1Database {
  if (!(client instanceof Client)) return client;
  return new Client(client.session, client.context, true) as unknown as D1Database;
}

class Client {
  readonly session: Session;
  readonly context: CallContext;
  readonly #retriesWrites: boolean;

  constructor(session: Session, context: CallContext, retriesWrites: boolean) {
    this.session = session;
    this.context = context;
    this.#retriesWrites = retriesWrites;
  }

  prepare(sql: string): Statement {
    return new Statement(this, this.session.prepare(sql), isRead(sql));
  }

  async batch<T>(statements: (Statement | D1PreparedStatement)[]): Promise<D1Result<T>[]> {
    const reads = statements.every((one) => one instanceof Statement && one.reads);
    const prepared = statements.map((one) => (one instanceof Statement ? one.prepared : one));
    const results = await this.call(() => this.session.batch<T>(prepared), prepared.length, reads);
    for (const result of results) this.count(result);
    return results;
  }

  /** Makes a call, again where that is safe and the trouble passes. */
  async call<T>(send: () => Promise<T>, statements: number, reads: boolean): Promise<T> {
    const { database, policy, budget, cost, timer, access } = this.context;
    if (access.readOnly && !reads) throw new Error(`${database} was opened for reading alone`);
    const pauses = reads || this.#retriesWrites ? policy.pauses : [];
    for (let attempt = 0; ; attempt++) {
      budget.spend(statements);
      cost.calls += 1;
      cost.statements += statements;
      const sentAt = Date.now();
      try {
        const answer = await timer.limit(send(), policy.timeLimit);
        cost.milliseconds += Date.now() - sentAt;
        return answer;
      } catch (error) {
        cost.milliseconds += Date.now() - sentAt;
        if (!isTransient(error)) throw error;
        const pause = pauses[attempt];
        // A call that ran into the time limit is not made again.
        if (pause === undefined || error instanceof CallTimedOut || !budget.has(statements)) {
          throw new DatabaseUnavailable(database, error);
        }
        cost.retries += 1;
        await sleep(pause * (0.5 + Math.random() / 2));
      }
    }
  }

  count({ meta }: D1Result): void {
    this.context.cost.rowsRead += meta?.rows_read ?? 0;
    this.context.cost.rowsWritten += meta?.rows_written ?? 0;
  }
}

class Statement {
  readonly #client: Client;
  readonly prepared: D1PreparedStatement;
  readonly reads: boolean;

  constructor(client: Client, prepared: D1PreparedStatement, reads: boolean) {
    this.#client = client;
    this.prepared = prepared;
    this.reads = reads;
  }

  bind(...values: unknown[]): Statement {
    return new Statement(this.#client, this.prepared.bind(...values), this.reads);
  }

  async all<T>(): Promise<D1Result<T>> {
    const result = await this.#client.call(() => this.prepared.all<T>(), 1, this.reads);
    this.#client.count(result);
    return result;
  }

  async run<T>(): Promise<D1Result<T>> {
    const result = await this.#client.call(() => this.prepared.run<T>(), 1, this.reads);
    this.#client.count(result);
    return result;
  }

  /** Rows as arrays. What they cost D1 does not say here. */
  raw<T extends unknown[]>(): Promise<T[]> {
    this.#client.context.cost.uncounted += 1;
    return this.#client.call(() => this.prepared.raw<T>(), 1, this.reads);
  }

  async first<T>(column?: string): Promise<T | null> {
    const { results } = await this.all<Record<string, unknown>>();
    const [row] = results;
    if (row === undefined) return null;
    return (column === undefined ? row : row[column]) as T;
  }
}

const SELECTS = /^\s*SELECT\s/i;
const BEGINS_WITH = /^\s*WITH\b/i;
const WRITES = /\b(?:INSERT|UPDATE|DELETE|REPLACE)\b/i;

/** Whether SQL only reads. In doubt it counts as a write. */
function isRead(sql: string): boolean {
  return SELECTS.test(sql) || (BEGINS_WITH.test(sql) && !WRITES.test(sql));
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
