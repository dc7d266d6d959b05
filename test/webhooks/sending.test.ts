import { beforeEach, describe, expect, test } from "vitest";
import { createWebhook } from "../harness/accounts/webhooks.ts";
import { bodyOf, call } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";
import { newReceiver, type Receiver, trap, verify } from "../harness/receiver/receiver.ts";
import { PATIENCE_MS } from "../harness/runtime/patience.ts";
import { deliveriesOf, runWebhook, webhookRow, writeEvents } from "./sending-run.ts";

const HOUR = 60 * 60_000;

let company: TestCompany;
let owner: TestUser;
let receiver: Receiver;

beforeEach(async () => {
  company = await createCompany({ store: 1 });
  owner = await createUser({ access: [{ company, role: "owner" }] });
  receiver = newReceiver();
});

const send = (path: string, method: string, json?: unknown) =>
  call(path, { token: owner.token, method, ...(json !== undefined && { json }) });
const idsOf = async (secret: string) =>
  (await receiver.received()).map((one) => verify(secret, one).object.id);

async function untilReceived(count: number) {
  for (const start = Date.now(); ; ) {
    const received = await receiver.received();
    if (received.length >= count || Date.now() - start > PATIENCE_MS) return received;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test("what a request changes reaches the receiver by itself, signed, with nothing of the person", async () => {
  const json = { url: receiver.url, events: ["lead.created", "lead.stage_changed", "lead.assigned"] };
  const { webhook, secret } = await bodyOf(send(`/companies/${company.id}/webhooks`, "POST", json), 201);
  const { lead } = await bodyOf(
    send(`/companies/${company.id}/leads`, "POST", { email: "vera@leads.test", first_name: "Vera" }),
    201,
  );
  await bodyOf(send(`/leads/${lead.id}`, "PUT", { stage: "contacted", notes: "Called Vera" }));
  const received = await untilReceived(2);
  const messages = received.map((one) => verify(secret, one));
  const actor = { type: "user", id: owner.id };
  const object = { type: "lead", id: lead.id };
  const common = { timestamp: expect.any(String), company_id: company.id, actor, object };
  expect(messages).toEqual([
    { type: "lead.created", id: `${company.id}-1-${lead.id}-0`, ...common, data: { import_code: null } },
    {
      type: "lead.stage_changed",
      id: `${company.id}-2-${lead.id}-2`,
      ...common,
      data: { from_stage: "new", to_stage: "contacted", import_code: null },
    },
  ]);
  expect(received.map(({ headers }) => headers["webhook-id"])).toEqual(messages.map(({ id }) => id));
  expect(JSON.stringify(received)).not.toMatch(/vera/i);
  const { deliveries } = await bodyOf(send(`/webhooks/${webhook.id}/deliveries?status_eq=delivered`, "GET"));
  expect(deliveries).toMatchObject([
    { event: "lead.stage_changed", body: received[1]?.body, attempts: [{ status_code: 204, error: null }] },
    { event: "lead.created", body: received[0]?.body, attempts: [{ status_code: 204, error: null }] },
  ]);
});

describe("a receiver in trouble", () => {
  test("gets the same again, later and later, and what it says is kept to a KiB", async () => {
    const { id, secret } = await createWebhook(company, { url: receiver.url });
    await writeEvents(company, [7]);
    await receiver.answer({ status: 500, body: `no\0${"x".repeat(5000)}` });
    let now = Date.now();
    const pauses: number[] = [];
    for (let tries = 1; tries <= 12; tries++) {
      await runWebhook(company, id, { now: () => now });
      const [delivery] = await deliveriesOf(company, id);
      pauses.push((delivery?.next_at ?? 0) - now);
      await runWebhook(company, id, { now: () => (delivery?.next_at ?? 0) - 1 });
      now = delivery?.next_at ?? 0;
    }
    const seconds = [5, 30, 120, 600, 1800, 3600, 7200, 14_400, 28_800, 36_000, 36_000, 36_000];
    expect(pauses.map((pause) => pause / 1000)).toEqual(seconds);
    const received = await receiver.received();
    expect(received).toHaveLength(12);
    expect(new Set(received.map(({ body, headers }) => body + headers["webhook-id"])).size).toBe(1);
    for (const one of received) verify(secret, one);
    const attempts = JSON.parse((await deliveriesOf(company, id))[0]?.attempts ?? "[]");
    expect(attempts).toHaveLength(12);
    expect(attempts[0]).toMatchObject({ status: 500, error: null, answer: `no\uFFFD${"x".repeat(1021)}` });
  });

  test("that does not answer in time, or breaks off, is tried again", async () => {
    const { id } = await createWebhook(company, { url: receiver.url });
    await writeEvents(company, [7]);
    await receiver.answer({ delay: 2000 });
    await runWebhook(company, id, { timeout: 100 });
    await receiver.answer({ breaks: true });
    await runWebhook(company, id, { now: () => Date.now() + HOUR });
    const [delivery] = await deliveriesOf(company, id);
    expect(JSON.parse(delivery?.attempts ?? "")).toMatchObject([
      { status: null, error: "timeout" },
      { status: null, error: "connection_failed" },
    ]);
    expect(delivery?.status).toBe("pending");
  });

  test("is not followed elsewhere", async () => {
    const before = await trap();
    const { id } = await createWebhook(company, { url: receiver.url });
    await writeEvents(company, [7]);
    await receiver.answer({ status: 302, headers: { Location: `http://127.0.0.1:${before.port}/` } });
    await runWebhook(company, id);
    const [delivery] = await deliveriesOf(company, id);
    expect(JSON.parse(delivery?.attempts ?? "")).toMatchObject([{ status: 302 }]);
    expect(delivery?.status).toBe("pending");
    expect(await trap()).toEqual(before);
  });

  test("over one event keeps later ones of its lead waiting, and no other's", async () => {
    const { id, secret } = await createWebhook(company, { url: receiver.url });
    await writeEvents(company, [1, 2, 1, 3, 2, 1]);
    await receiver.answer({ status: 500, only: { bodyIncludes: `${company.id}-1-` } });
    await runWebhook(company, id);
    expect((await idsOf(secret)).sort()).toEqual([1, 2, 2, 3]);
    const poisoned = await deliveriesOf(company, id);
    expect(poisoned.map(({ object_id, status, tries }) => [object_id, status, tries])).toEqual([
      [1, "pending", 1],
      [2, "delivered", 1],
      [1, "pending", 0],
      [3, "delivered", 1],
      [2, "delivered", 1],
      [1, "pending", 0],
    ]);
    await runWebhook(company, id, { now: () => Date.now() + 71 * HOUR });
    expect((await deliveriesOf(company, id)).map(({ tries }) => tries)).toEqual([2, 1, 0, 1, 1, 0]);
    // After three days it is given up, and the others of its lead go out.
    await runWebhook(company, id, { now: () => Date.now() + 84 * HOUR });
    expect((await deliveriesOf(company, id)).map(({ status }) => status)).toEqual([
      "failed",
      ...["delivered", "delivered", "delivered", "delivered", "delivered"],
    ]);
    expect((await webhookRow(company, id)).switched_off_at).toBeNull();
  });

  test("for three days is switched off, and goes on where it stopped once it is on again", async () => {
    const { id, secret } = await createWebhook(company, { url: receiver.url, createdBy: owner.id });
    await writeEvents(company, [1, 2, 1]);
    await receiver.answer({ status: 503 });
    const start = Date.now();
    for (let hours = 0; hours <= 84; hours += 12) {
      await runWebhook(company, id, { now: () => start + hours * HOUR });
    }
    const { webhooks } = await bodyOf(send(`/companies/${company.id}/webhooks`, "GET"));
    expect(webhooks).toMatchObject([{ status: "switched_off", switched_off_reason: "failing" }]);
    expect(webhooks[0].failing_since).not.toBeNull();
    await receiver.answer({});
    const { length } = await receiver.received();
    await runWebhook(company, id, { now: () => start + 100 * HOUR });
    expect(await receiver.received()).toHaveLength(length);
    await bodyOf(send(`/webhooks/${id}`, "PUT", { status: "active" }));
    await untilReceived(length + 1);
    await bodyOf(send(`/webhooks/${id}/redeliver`, "POST", { since: "2026-01-01T00:00:00.000Z" }));
    await untilReceived(length + 3);
    expect((await idsOf(secret)).slice(length).sort()).toEqual([1, 1, 2]);
    expect((await deliveriesOf(company, id)).map(({ status }) => status)).toEqual([
      ...["delivered", "delivered", "delivered"],
    ]);
  });
});

test("a rotated secret signs beside the new one for 24 hours", async () => {
  const { id, secret } = await createWebhook(company, { url: receiver.url });
  const rotated = await bodyOf(send(`/webhooks/${id}/rotate_secret`, "POST"));
  await writeEvents(company, [1]);
  await runWebhook(company, id);
  await writeEvents(company, [2]);
  await runWebhook(company, id, { now: () => Date.now() + 25 * HOUR });
  const [first, later] = await receiver.received();
  if (!first || !later) throw new Error("nothing came");
  for (const good of [secret, rotated.secret]) expect(verify(good, first).object.id).toBe(1);
  expect(verify(rotated.secret, later).object.id).toBe(2);
  expect(() => verify(secret, later)).toThrow("No matching signature");
});

test("a ping is sent at once, and says what came of it", async () => {
  const { id, secret } = await createWebhook(company, { url: receiver.url });
  await receiver.answer({ status: 418, body: "short and stout" });
  const { ping } = await bodyOf(send(`/webhooks/${id}/ping`, "POST"));
  expect(ping).toEqual({
    delivered: false,
    status_code: 418,
    error: null,
    answer: "short and stout",
    duration_ms: expect.any(Number),
  });
  const [received] = await receiver.received();
  if (!received) throw new Error("nothing came");
  expect(verify(secret, received)).toMatchObject({ type: "webhook.ping", data: { webhook_id: id } });
  expect(await deliveriesOf(company, id)).toEqual([]);
});
