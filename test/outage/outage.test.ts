import { beforeEach, expect, test, vi } from "vitest";
import { simulate, sleep } from "./simulation.ts";
import {
  Answers,
  addLead,
  createParty,
  createWorld,
  expectWhole,
  importsOf,
  MINUTE,
  persist,
  SECOND,
  say,
  signIn,
  upload,
} from "./world.ts";

// Every failure that is thrown here is logged, as it should be.
beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  vi.spyOn(console, "info").mockImplementation(() => {});
});

/** An outage that everything is expected to come back from. */
interface Outage {
  databases: string[];
  /** On the clock of the simulation, in milliseconds since its start. */
  from: number;
  until: number;
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

    await simulate(
      world.inFlight,
      async () => {
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
      },
      "jumps",
    );

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
);
