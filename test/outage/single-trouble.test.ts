import { beforeEach, expect, test, vi } from "vitest";
import { randomOf } from "../fixtures/random.ts";
import { simulate, sleep } from "./simulation.ts";
import {
  Answers,
  addLead,
  createParty,
  createWorld,
  expectWhole,
  importsOf,
  MINUTE,
  type Party,
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

const PLACES = 200;

test("trouble with any single call is nobody's trouble: many places, drawn at random", async () => {
  const parties = await Promise.all([createParty(0), createParty(1)]);
  const leads = parties.map((): string[] => []);
  const imports = parties.map((): string[] => []);
  const answers = new Answers();
  let met = 0;
  for (let seed = 1; seed <= PLACES; seed++) {
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
        // Each message is delivered by now: what is left is the sweepers' to find, which run for some of the others.
        await sleep(SECOND);
        const unfinished = async () => (await importsOf(party)).some(({ status }) => status < 2);
        const patience = Date.now() + 10 * MINUTE;
        for (let turn = 0; (await unfinished()) || (turn === 0 && seed % 4 === 0); turn++) {
          if (Date.now() >= patience) break;
          await world.tick();
          await sleep(MINUTE);
        }
      },
      "jumps",
    );
  }
  say(
    `${met} of ${PLACES} met trouble; ${[...answers.statuses]
      .sort()
      .map(([key, count]) => `${key}: ${count}`)
      .join(", ")}`,
  );
  expect(met).toBeGreaterThan(PLACES / 2);
  expect(answers.surprises).toEqual([]);
  for (const what of ["lead", "import", "sign-in"]) expect(answers.of(what, 500)).toBe(0);
  for (const [at, party] of parties.entries()) await expectWhole(party, leads[at] ?? [], imports[at] ?? []);
});
