import { env } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { StatementBudget } from "../../src/db/budget.ts";
import { CallTimer } from "../../src/db/call-timer.ts";
import { type CallContext, createClient, idempotent, noCost } from "../../src/db/client.ts";
import { DatabaseUnavailable } from "../../src/db/errors.ts";
import { type Around, surround } from "../harness/bindings.ts";
import { D1_TROUBLE, inTrouble } from "../harness/databases/sick-database.ts";

const READ = "SELECT count(*) AS n FROM refusals";
const WRITE = "INSERT INTO stages (name, key, kind, position) VALUES (?, ?, 'open', 1000)";

/** A client of the directory whose first calls meet trouble, and what it cost. */
function clientInTrouble(calls: number, trouble: Parameters<typeof inTrouble>[0]) {
  let left = calls;
  const around: Around = (_, call) => (left-- > 0 ? inTrouble(trouble, call) : call());
  const context: CallContext = {
    database: "directory",
    policy: { timeLimit: 200, pauses: [1, 1] },
    budget: new StatementBudget(),
    cost: noCost(),
    timer: new CallTimer(),
    access: { readOnly: false },
  };
  const { DIRECTORY } = surround(env, around, async () => {});
  return { client: createClient(DIRECTORY, context), context };
}

const stagesNamed = async (key: string) =>
  (await env.DIRECTORY.prepare("SELECT count(*) AS n FROM stages WHERE key = ?")
    .bind(key)
    .first<number>("n")) ?? 0;

describe.each(D1_TROUBLE)("%s", (message) => {
  test("is retried for a read", async () => {
    const { client, context } = clientInTrouble(2, { message, tookEffect: false });
    expect(await client.prepare(READ).first("n")).toBe(0);
    expect(context.cost).toMatchObject({ calls: 3, retries: 2 });
  });

  test.each([true, false])("is not retried for a write (took effect: %s)", async (tookEffect) => {
    const key = crypto.randomUUID();
    const { client, context } = clientInTrouble(1, { message, tookEffect });
    await expect(client.prepare(WRITE).bind(key, key).run()).rejects.toThrow(DatabaseUnavailable);
    expect(context.cost.calls).toBe(1);
    expect(await stagesNamed(key)).toBe(tookEffect ? 1 : 0);
    await env.DIRECTORY.prepare("DELETE FROM stages WHERE key = ?").bind(key).run();
  });

  test("is retried for a batch that may run twice", async () => {
    const { client, context } = clientInTrouble(1, { message, tookEffect: true });
    const statement = client.prepare("UPDATE stages SET position = position WHERE key = ?").bind("new");
    await idempotent(client).batch([statement]);
    expect(context.cost).toMatchObject({ calls: 2, retries: 1 });
  });

  test("ends in DatabaseUnavailable, which names the database and keeps the cause", async () => {
    const { client } = clientInTrouble(10, { message, tookEffect: false });
    const error = await client
      .prepare(READ)
      .all()
      .catch((thrown) => thrown);
    expect(error).toBeInstanceOf(DatabaseUnavailable);
    expect(error).toMatchObject({ database: "directory", cause: { message } });
  });
});

test("a call that gets no answer ends at its time limit and is not made again", async () => {
  const { client, context } = clientInTrouble(1, { message: null, tookEffect: false });
  await expect(client.prepare(READ).all()).rejects.toThrow(DatabaseUnavailable);
  expect(context.cost.calls).toBe(1);
});

test("an error of the statement itself passes through at once", async () => {
  const { client, context } = clientInTrouble(0, { message: null, tookEffect: false });
  await expect(client.prepare("SELECT * FROM nowhere").all()).rejects.toThrow(/no such table/);
  expect(context.cost.calls).toBe(1);
});

test("counts rows read and written, and every statement of a batch against the budget", async () => {
  const { client, context } = clientInTrouble(0, { message: null, tookEffect: false });
  await client.batch([client.prepare("SELECT * FROM stages"), client.prepare("SELECT * FROM accesses")]);
  expect(context.budget.spent).toBe(2);
  expect(context.cost.calls).toBe(1);
  expect(context.cost.rowsRead).toBeGreaterThan(4);
});

test("sends no more statements than D1 takes from one invocation", async () => {
  const { client, context } = clientInTrouble(0, { message: null, tookEffect: false });
  context.budget.spend(900);
  expect(context.budget.has(1)).toBe(false);
  context.budget.spend(100);
  await expect(client.prepare(READ).all()).rejects.toThrow("at most 1000 statements");
});

test("what was opened for reading alone sends no write", async () => {
  const { client, context } = clientInTrouble(0, { message: "", tookEffect: false });
  context.access.readOnly = true;
  expect(await client.prepare(READ).first("n")).toBe(0);
  const key = `read_only_${crypto.randomUUID()}`;
  await expect(client.prepare(WRITE).bind(key, key).run()).rejects.toThrow("for reading alone");
  await expect(client.batch([client.prepare(WRITE).bind(key, key)])).rejects.toThrow("for reading alone");
  expect(await stagesNamed(key)).toBe(0);
});
