import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { expect } from "vitest";
import worker from "../../src/index.ts";
import { randomOf } from "../fixtures/random.ts";
import { requestOf } from "../harness/api.ts";
import { type Around, surround } from "../harness/bindings.ts";
import { D1_TROUBLE, inTrouble } from "../harness/databases/sick-database.ts";
import {
  createCompany,
  createUser,
  PASSWORD,
  type TestCompany,
  type TestUser,
} from "../harness/factories.ts";
import { simulateQueues } from "./queues.ts";
import { countCalls, sleep } from "./simulation.ts";

/* biome-ignore lint/suspicious/noConsole: figures. */
export const say = (text: string) => console.log(text);

export const SECOND = 1000;

export const MINUTE = 60 * SECOND;

/** A store's company with somebody who works in it. */
export interface Party {
  company: TestCompany;
  user: TestUser;
  password: string;
}

/** What clients got to see. */
export class Answers {
  readonly statuses = new Map<string, number>();
  readonly surprises: string[] = [];

  note(what: string, status: number): void {
    const key = `${what} ${status}`;
    this.statuses.set(key, (this.statuses.get(key) ?? 0) + 1);
  }

  of(what: string, status: number): number {
    return this.statuses.get(`${what} ${status}`) ?? 0;
  }
}

/** A client that asks again, as the answer tells it to, until it gets something final. */
export async function persist(
  answers: Answers,
  what: string,
  send: () => Promise<Response>,
): Promise<{ status: number; body: Record<string, never> }> {
  for (let tries = 0; tries < 500; tries++) {
    const answer = await send();
    answers.note(what, answer.status);
    const body = (await answer.json()) as Record<string, never>;
    const again = answer.status === 503 || answer.status === 429 || body.code === "request_in_flight";
    if (!again) return { status: answer.status, body };
    const wait = Number(answer.headers.get("Retry-After"));
    if (!(wait > 0)) answers.surprises.push(`${what}: ${answer.status} without Retry-After`);
    await sleep(wait * SECOND);
  }
  throw new Error(`${what} is stuck`);
}

/** Bindings in trouble, and clients of the Worker that has them. */
export function createWorld(seed: number, trouble: (binding: string) => boolean, hangs: number) {
  const random = randomOf(seed, 0);
  const meetTrouble: Around = ({ binding }, call) => {
    if (!trouble(binding)) return call();
    const message =
      random() < hangs ? null : (D1_TROUBLE[Math.floor(random() * D1_TROUBLE.length)] as string);
    return inTrouble({ message, tookEffect: random() < 0.3 }, call);
  };
  // Outermost is the trouble: a call that hangs is none that answers in its own time.
  const { around, inFlight } = countCalls((_, call) => call());
  const counted = surround(env, around, async () => {});
  const queues = simulateQueues({
    "leadsy-imports": { maxRetries: 100, retryDelay: 5, deadLetters: "leadsy-imports-dead" },
    "leadsy-imports-dead": { maxRetries: 10, retryDelay: 60 },
    "leadsy-undos": { maxRetries: 3, retryDelay: 5 },
    "leadsy-index": { maxRetries: 3, retryDelay: 5 },
    "leadsy-erasures": { maxRetries: 3, retryDelay: 5 },
    "leadsy-mails": { maxRetries: 10, retryDelay: 30 },
    "leadsy-webhooks": { maxRetries: 3, retryDelay: 5, deadLetters: "leadsy-webhooks-dead" },
    "leadsy-webhooks-dead": { maxRetries: 10, retryDelay: 60 },
  });
  const unlimited = { limit: async () => ({ success: true }) };
  const limits = Object.keys(env).filter((name) => name.endsWith("_LIMIT"));
  const disturbed: Env = Object.assign(
    surround(counted, meetTrouble, async () => {}),
    {
      IMPORTS: queues.producer("leadsy-imports", () => disturbed),
      UNDOS: queues.producer("leadsy-undos", () => disturbed),
      INDEX: queues.producer("leadsy-index", () => disturbed),
      ERASURES: queues.producer("leadsy-erasures", () => disturbed),
      MAILS: queues.producer("leadsy-mails", () => disturbed),
      WEBHOOKS: queues.producer("leadsy-webhooks", () => disturbed),
      MAIL: { send: async () => ({ messageId: "simulated" }) },
      ...Object.fromEntries(limits.map((name) => [name, unlimited])),
    },
  );
  const fetch = async (...asked: Parameters<typeof requestOf>): Promise<Response> => {
    const context = createExecutionContext();
    const answer = await worker.fetch(requestOf(...asked) as never, disturbed, context);
    const body = await answer.arrayBuffer();
    await waitOnExecutionContext(context);
    const empty = answer.status === 204 || answer.status === 304;
    return new Response(empty ? null : body, answer);
  };
  const tick = async () => {
    const context = createExecutionContext();
    await worker.scheduled({ scheduledTime: Date.now(), cron: "* * * * *" } as never, disturbed);
    await waitOnExecutionContext(context);
  };
  return { fetch, tick, queues, inFlight: inFlight };
}

export type World = ReturnType<typeof createWorld>;

export async function createParty(store: number): Promise<Party> {
  const company = await createCompany({ store });
  const user = await createUser({ access: [{ company, role: "owner" }], password: true });
  return { company, user, password: PASSWORD };
}

export const addLead = (world: World, { company, user }: Party, name: string) =>
  world.fetch(`/companies/${company.id}/leads`, {
    token: user.token,
    method: "POST",
    json: { email: `${name}@leads.test`, first_name: name },
    headers: { "Idempotency-Key": `lead-${name}` },
  });

export const signIn = (world: World, { user, password }: Party) =>
  world.fetch("/users/login", { method: "POST", json: { email: user.email, password } });

export const IMPORTED = 40;

export const upload = (world: World, { company, user }: Party, name: string) =>
  world.fetch(`/import?company_id=${company.id}`, {
    token: user.token,
    method: "POST",
    body: ["Email", ...Array.from({ length: IMPORTED }, (_, n) => `${name}-${n}@imported.test`)].join("\n"),
    headers: { "Content-Type": "text/csv", "Idempotency-Key": `import-${name}` },
  });

/** The e-mail addresses of a company's leads, each as often as it is there. */
export async function emailsOf({ company }: Party): Promise<string[]> {
  const { results } = await company.database
    .prepare("SELECT email FROM leads WHERE company_id = ? AND deleted_at IS NULL ORDER BY email")
    .bind(company.id)
    .all<{ email: string }>();
  return results.map(({ email }) => email);
}

export async function importsOf({ company }: Party) {
  const { results } = await company.database
    .prepare(
      "SELECT status, created_records AS created, failure_code AS failure FROM imports WHERE company_id = ?",
    )
    .bind(company.id)
    .all<{ status: number; created: number; failure: string | null }>();
  return results;
}

/** What is there of the leads and imports that clients were told of: each once. */
export async function expectWhole(party: Party, leads: string[], imports: string[]): Promise<void> {
  const expected = [
    ...leads.map((name) => `${name}@leads.test`),
    ...imports.flatMap((name) => Array.from({ length: IMPORTED }, (_, n) => `${name}-${n}@imported.test`)),
  ].sort();
  expect(await emailsOf(party)).toEqual(expected);
  expect(await importsOf(party)).toEqual(
    imports.map(() => ({ status: 2, created: IMPORTED, failure: null })),
  );
}
