import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { beforeEach, expect, test, vi } from "vitest";
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
import { countCalls, simulate, sleep } from "./simulation.ts";

// Every failure that is thrown here is logged, as it should be.
beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  vi.spyOn(console, "info").mockImplementation(() => {});
});

/* biome-ignore lint/suspicious/noConsole: figures. */
const say = (text: string) => console.log(text);

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** An outage that everything is expected to come back from. */
interface Outage {
  databases: string[];
  /** On the clock of the simulation, in milliseconds since its start. */
  from: number;
  until: number;
}

/** A store's company with somebody who works in it. */
interface Party {
  company: TestCompany;
  user: TestUser;
  password: string;
}

/** What clients got to see. */
class Answers {
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
async function persist(
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
function createWorld(seed: number, trouble: (binding: string) => boolean, hangs: number) {
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

type World = ReturnType<typeof createWorld>;

async function createParty(store: number): Promise<Party> {
  const company = await createCompany({ store });
  const user = await createUser({ access: [{ company, role: "owner" }], password: true });
  return { company, user, password: PASSWORD };
}

const addLead = (world: World, { company, user }: Party, name: string) =>
  world.fetch(`/companies/${company.id}/leads`, {
    token: user.token,
    method: "POST",
    json: { email: `${name}@leads.test`, first_name: name },
    headers: { "Idempotency-Key": `lead-${name}` },
  });

const signIn = (world: World, { user, password }: Party) =>
  world.fetch("/users/login", { method: "POST", json: { email: user.email, password } });

const IMPORTED = 40;

const upload = (world: World, { company, user }: Party, name: string) =>
  world.fetch(`/import?company_id=${company.id}`, {
    token: user.token,
    method: "POST",
    body: ["Email", ...Array.from({ length: IMPORTED }, (_, n) => `${name}-${n}@imported.test`)].join("\n"),
    headers: { "Content-Type": "text/csv", "Idempotency-Key": `import-${name}` },
  });

/** The e-mail addresses of a company's leads, each as often as it is there. */
async function emailsOf({ company }: Party): Promise<string[]> {
  const { results } = await company.database
    .prepare("SELECT email FROM leads WHERE company_id = ? AND deleted_at IS NULL ORDER BY email")
    .bind(company.id)
    .all<{ email: string }>();
  return results.map(({ email }) => email);
}

async function importsOf({ company }: Party) {
  const { results } = await company.database
    .prepare(
      "SELECT status, created_records AS created, failure_code AS failure FROM imports WHERE company_id = ?",
    )
    .bind(company.id)
    .all<{ status: number; created: number; failure: string | null }>();
  return results;
}

/** What is there of the leads and imports that clients were told of: each once. */
async function expectWhole(party: Party, leads: string[], imports: string[]): Promise<void> {
  const expected = [
    ...leads.map((name) => `${name}@leads.test`),
    ...imports.flatMap((name) => Array.from({ length: IMPORTED }, (_, n) => `${name}-${n}@imported.test`)),
  ].sort();
  expect(await emailsOf(party)).toEqual(expected);
  expect(await importsOf(party)).toEqual(
    imports.map(() => ({ status: 2, created: IMPORTED, failure: null })),
  );
}

test.each([
  ["one store for 90 s", { databases: ["LEADS_0"], from: 20 * SECOND, until: 110 * SECOND }],
  ["one store for 10 min", { databases: ["LEADS_0"], from: 20 * SECOND, until: 620 * SECOND }],
  [
    "all databases for 90 s",
    { databases: ["DIRECTORY", "LEADS_0", "LEADS_1"], from: 20 * SECOND, until: 110 * SECOND },
  ],
  [
    "all databases for 10 min",
    { databases: ["DIRECTORY", "LEADS_0", "LEADS_1"], from: 20 * SECOND, until: 620 * SECOND },
  ],
] as [string, Outage][])(
  "an outage of %s loses nothing, doubles nothing and is never a 500",
  async (_, { databases, from, until }) => {
    const parties = await Promise.all([createParty(0), createParty(1)]);
    const [sick, healthy] = parties;
    const answers = new Answers();
    let start = 0;
    const inOutage = () => Date.now() >= start + from && Date.now() < start + until;
    const world = createWorld(1, (binding) => databases.includes(binding) && inOutage(), 0.2);
    const leads = parties.map((): string[] => []);
    const imports = parties.map((): string[] => []);

    await simulate(world.inFlight, async () => {
      start = Date.now();
      const end = start + until + 30 * SECOND;
      const every = async (seconds: number, act: (serial: number) => Promise<unknown>) => {
        const acts: Promise<unknown>[] = [];
        for (let serial = 0; Date.now() < end; serial++) {
          acts.push(act(serial));
          await sleep(seconds * SECOND);
        }
        await Promise.all(acts);
      };
      const stretch = (until - from) / (90 * SECOND);
      let open = true;
      const cron = (async () => {
        for (; open; await sleep(MINUTE)) void world.tick();
      })();
      await Promise.all([
        ...parties.flatMap((party, at) => [
          every(8 * stretch, async (serial) => {
            const name = `lead-${at}-${serial}`;
            const { status } = await persist(answers, "lead", () => addLead(world, party, name));
            expect(status).toBe(201);
            leads[at]?.push(name);
          }),
          every(20 * stretch, async (serial) => {
            const name = `import-${at}-${serial}`;
            const { status } = await persist(answers, "import", () => upload(world, party, name));
            expect(status).toBe(202);
            imports[at]?.push(name);
          }),
          every(45 * stretch, async () => {
            const { status } = await persist(answers, "sign-in", () => signIn(world, party));
            expect(status).toBe(200);
          }),
        ]),
        every(3 * stretch, async () => {
          const answer = await world.fetch(`/companies/${healthy.company.id}/leads`, {
            token: healthy.user.token,
          });
          answers.note("other store", answer.status);
        }),
      ]);
      // What was begun comes to its end: nothing is left that nobody looks after.
      const patience = Date.now() + 20 * MINUTE;
      const unfinished = async () =>
        (await Promise.all(parties.map(importsOf))).flat().some(({ status }) => status < 2);
      while ((await unfinished()) && Date.now() < patience) await sleep(5 * SECOND);
      open = false;
      await cron;
    });

    say(
      [...answers.statuses]
        .sort()
        .map(([key, count]) => `${key}: ${count}`)
        .join(", "),
    );
    expect(answers.surprises).toEqual([]);
    for (const what of ["lead", "import", "sign-in", "other store"]) expect(answers.of(what, 500)).toBe(0);
    if (!databases.includes("DIRECTORY")) expect(answers.of("other store", 503)).toBe(0);
    expect(answers.of("lead", 503)).toBeGreaterThan(0);
    await expectWhole(sick, leads[0] ?? [], imports[0] ?? []);
    await expectWhole(healthy, leads[1] ?? [], imports[1] ?? []);
  },
  120_000,
);

test("trouble with any single call is nobody's trouble: 200 places, drawn at random", async () => {
  const parties = await Promise.all([createParty(0), createParty(1)]);
  const leads = parties.map((): string[] => []);
  const imports = parties.map((): string[] => []);
  const answers = new Answers();
  let met = 0;
  for (let seed = 1; seed <= 200; seed++) {
    const random = randomOf(seed, 0);
    const at = seed % 2;
    const party = parties[at] as Party;
    const place = Math.floor(random() * 40);
    let calls = 0;
    const world = createWorld(
      seed,
      () => {
        const isTheOne = calls++ === place;
        if (isTheOne) met += 1;
        return isTheOne;
      },
      0.1,
    );
    await simulate(
      world.inFlight,
      async () => {
        const name = `single-${seed}`;
        const added = await persist(answers, "lead", () => addLead(world, party, name));
        expect(added.status).toBe(201);
        leads[at]?.push(name);
        const sent = await persist(answers, "import", () => upload(world, party, name));
        expect(sent.status).toBe(202);
        imports[at]?.push(name);
        if (seed % 20 === 0) {
          expect((await persist(answers, "sign-in", () => signIn(world, party))).status).toBe(200);
        }
        const patience = Date.now() + 10 * MINUTE;
        while ((await importsOf(party)).some(({ status }) => status < 2) && Date.now() < patience) {
          await world.tick();
          await sleep(MINUTE);
        }
      },
      "jumps",
    );
  }
  say(
    `${met} of 200 met trouble; ${[...answers.statuses]
      .sort()
      .map(([key, count]) => `${key}: ${count}`)
      .join(", ")}`,
  );
  expect(met).toBeGreaterThan(100);
  expect(answers.surprises).toEqual([]);
  for (const what of ["lead", "import", "sign-in"]) expect(answers.of(what, 500)).toBe(0);
  for (const [at, party] of parties.entries()) await expectWhole(party, leads[at] ?? [], imports[at] ?? []);
}, 240_000);
