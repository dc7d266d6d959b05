import { env } from "cloudflare:test";
import { expect, test } from "vitest";
import { createWebhook } from "../harness/accounts/webhooks.ts";
import { createCompany, type TestCompany } from "../harness/factories.ts";
import { newReceiver, verify } from "../harness/receiver/receiver.ts";
import { howMany } from "../harness/runtime/how-many.ts";
import { deliveriesOf, runWebhook, webhookRow, writeEvents } from "./sending-run.ts";

/** How many events there are; `WEBHOOK_EVENTS=5000` plays more. */
const EVENTS = Number(env.WEBHOOK_EVENTS) || howMany(60, 600);
const LEADS = 15;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Numbers from 0 to 1 that are the same in each run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

/** The next time at which the sender has anything to do, as the cron and delayed messages would find it. */
async function nextTime(company: TestCompany, id: number, now: number): Promise<number> {
  const { rest_until } = await webhookRow(company, id);
  const pending = (await deliveriesOf(company, id)).filter(({ status }) => status === "pending");
  const heads = [...Map.groupBy(pending, (one) => one.object_id).values()].map(
    ([first]) => first?.next_at ?? 0,
  );
  return Math.max(now + MINUTE, Number(rest_until), Math.min(...heads, now + 120 * MINUTE));
}

test("a receiver that is down, slow and out of order for a day gets all, in the order of each lead, never changed", async () => {
  const random = randomFrom(7);
  const company = await createCompany();
  const receiver = newReceiver();
  const { id, secret } = await createWebhook(company, { url: receiver.url });
  const start = Date.now();
  let now = start;
  let written = 0;
  const trouble = [{ status: 500 }, { status: 503, body: "later" }, { breaks: true }, { delay: 80 }, {}];
  for (let rounds = 0; ; rounds++) {
    const isOver = now - start > DAY;
    if (!isOver && written < EVENTS) {
      const some = Math.min(1 + Math.floor(random() * (EVENTS / 12)), EVENTS - written);
      const leads = Array.from({ length: some }, () => 1 + Math.floor(random() * LEADS));
      await writeEvents(company, leads);
      written += some;
    }
    const mode = isOver ? {} : (trouble[Math.floor(random() * trouble.length)] ?? {});
    // Also one that answers well, and is out of order for some leads.
    await receiver.answer(
      random() < 0.3 && mode.status ? { ...mode, only: { bodyIncludes: '"id":7}' } } : mode,
    );
    await runWebhook(company, id, { now: () => now, random, timeout: 50 });
    if (isOver && (await deliveriesOf(company, id)).every(({ status }) => status === "delivered")) break;
    if (rounds > 400) throw new Error("it never ends");
    now = await nextTime(company, id, now);
  }
  const received = (await receiver.received()).map((one) => ({ ...one, says: verify(secret, one) }));
  expect(written).toBe(EVENTS);
  // Nothing is lost, and what comes again is the same.
  const byId = Map.groupBy(received, ({ headers }) => headers["webhook-id"]);
  expect(byId.size).toBe(EVENTS);
  for (const same of byId.values()) expect(new Set(same.map(({ body }) => body)).size).toBe(1);
  expect(received.length).toBeGreaterThan(EVENTS);
  // What a receiver learns of a lead is never older than what it knew: by when it first answered well.
  const arrived = received.filter(({ status }) => status === 204);
  for (const ofLead of Map.groupBy(arrived, ({ says }) => says.object.id).values()) {
    const rows = [...new Set(ofLead.map(({ says }) => Number(says.id.split("-")[1])))];
    expect(rows).toEqual(rows.toSorted((a, b) => a - b));
  }
});
