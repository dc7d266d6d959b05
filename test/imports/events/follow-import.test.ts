import { env } from "cloudflare:test";
import { afterEach, beforeEach, expect, test } from "vitest";
import { followImport, type StreamPorts } from "../../../src/imports/events/follow-import.ts";
import { readMoment, type Seen, SharedPoll } from "../../../src/imports/events/shared-poll.ts";
import { createImportCode } from "../../../src/imports/import-code.ts";
import { createCompany, type TestCompany } from "../../harness/factories.ts";
import { deliver, prepareImport, sliceOf } from "../../harness/import-run.ts";
import { parseEvents } from "./listening.ts";

const TIMES = { tick: 5, poll: 40, heartbeat: 60, check: 30, unchecked: 3_000, longest: 5_000 };
const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

let company: TestCompany;
// Imports of a company wait for each other.
beforeEach(async () => {
  company = await createCompany();
});

const FILE = ["email", ...Array.from({ length: 23 }, (_, n) => `n${n}@leads.test`)].join("\n");
const open = new Set<AsyncGenerator<string>>();
afterEach(async () => {
  for (const one of open) await one.return(undefined);
  open.clear();
});

/** A listener of an import over a poll that is shared, with what it takes from outside replaced where a test says so. */
async function listen(
  importCode: string,
  poll: SharedPoll,
  { last = null, ...ports }: Partial<StreamPorts> & { last?: number | null } = {},
  times: Partial<typeof TIMES> = {},
) {
  const ask = ports.ask ?? (() => readMoment(company.database, importCode));
  const first = (await readMoment(company.database, importCode)) as Seen;
  const stream = followImport(
    {
      poll,
      ask,
      view: ({ row, number }) => ({ status: row.status, number }),
      mayListen: async () => true,
      hasBudget: () => true,
      now: Date.now,
      sleep,
      ...ports,
    },
    first,
    last,
    { ...TIMES, ...times },
  );
  open.add(stream);
  return stream;
}

async function allOf(stream: AsyncGenerator<string>) {
  let text = "";
  for await (const piece of stream) text += piece;
  return parseEvents(text);
}

test("many listeners cost one question an interval, and each hears every number once", async () => {
  const code = await prepareImport(company, FILE);
  const poll = new SharedPoll();
  let asked = 0;
  const ask = () => {
    asked += 1;
    return readMoment(company.database, code);
  };
  const startedAt = Date.now();
  const listeners = await Promise.all(Array.from({ length: 50 }, () => listen(code, poll, { ask })));
  const heard = listeners.map(allOf);
  // So many steps, each a chunk or two, that some seconds come together.
  for (let step = 0; step < 4; step++) {
    await deliver(code, { newSlice: sliceOf(20), leaseMs: 0 });
    await sleep(300);
  }
  await deliver(code, { leaseMs: 0 });
  const all = await Promise.all(heard);
  const { number: end } = (await readMoment(company.database, code)) as Seen;
  expect(end).toBeGreaterThan(3);
  const numbers = Array.from({ length: end }, (_, index) => index + 1);
  for (const { events } of all) {
    expect(events.map(({ id }) => id)).toEqual(numbers);
    expect(events.map(({ type }) => type)).toEqual(numbers.map((n) => (n === end ? "done" : "progress")));
    expect(events.at(-1)?.data.import_file.status).toBe(2);
  }
  expect(asked).toBeLessThanOrEqual((Date.now() - startedAt) / TIMES.poll + 1);
});

test("a listener that comes back goes on after its number; a number that there is not begins with the present", async () => {
  const code = await prepareImport(company, FILE);
  await deliver(code);
  const { number: end } = (await readMoment(company.database, code)) as Seen;
  const idsAfter = async (last: number | null) =>
    (await allOf(await listen(code, new SharedPoll(), { last }))).events.map(({ id }) => id);
  expect(await idsAfter(null)).toEqual([end]);
  expect(await idsAfter(end - 2)).toEqual([end - 1, end]);
  expect(await idsAfter(end + 7)).toEqual([end]);
});

test("a listener that has gone asks no more", async () => {
  const code = await prepareImport(company, FILE);
  let asked = 0;
  const ask = () => {
    asked += 1;
    return readMoment(company.database, code);
  };
  const stream = await listen(code, new SharedPoll(), { ask });
  await stream.next();
  await stream.next();
  const next = stream.next();
  await sleep(100);
  await stream.return(undefined);
  await next;
  const before = asked;
  expect(before).toBeGreaterThan(0);
  await sleep(120);
  expect(asked).toBe(before);
});

test("while the database does not answer, or hangs, there are heartbeats; then it goes on", async () => {
  const code = await prepareImport(company, FILE);
  let trouble: "fails" | "hangs" | null = "fails";
  const ask = () => {
    if (trouble === "fails") return Promise.reject(new Error("D1_ERROR: Network connection lost."));
    if (trouble === "hangs") return new Promise<Seen>(() => {});
    return readMoment(company.database, code);
  };
  const heard = allOf(await listen(code, new SharedPoll(), { ask, mayListen: ask as never }));
  await sleep(150);
  trouble = "hangs";
  await deliver(code);
  await sleep(150);
  trouble = null;
  const { events, comments } = await heard;
  expect(comments).toBeGreaterThanOrEqual(3);
  expect(events.at(-1)?.type).toBe("done");
});

test.each([
  ["may not listen any more", { mayListen: async () => false }, 30],
  ["cannot be asked about for long", { mayListen: () => Promise.reject(new Error("lost")) }, 150],
  ["has used up the statements of its invocation", { hasBudget: () => false }, 0],
])("the stream of one who %s ends without a done", async (_, ports, soonest) => {
  const code = await prepareImport(company, FILE);
  const startedAt = Date.now();
  const { events } = await allOf(await listen(code, new SharedPoll(), ports, { unchecked: 150 }));
  expect(events.map(({ type }) => type)).toEqual(["progress"]);
  expect(Date.now() - startedAt).toBeGreaterThanOrEqual(soonest);
  // Else it would go on; a busy machine may be late with its timers.
  expect(Date.now() - startedAt).toBeLessThan(60_000);
});

test("an import that there is not cannot be seen", async () => {
  expect(await readMoment(env.LEADS_0, createImportCode(0))).toBeUndefined();
});
