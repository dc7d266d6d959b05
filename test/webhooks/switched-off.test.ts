import { env } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { beforeEach, expect, test } from "vitest";
import { tryCarryAuditEvents } from "../../src/audit/outbox/carry.ts";
import { openDatabases, openDirectory } from "../../src/db/clients.ts";
import { mails } from "../../src/db/directory/schema.ts";
import { compose } from "../../src/mail/compose.ts";
import { letterOf } from "../../src/mail/letters/letter-of.ts";
import { purgeStore } from "../../src/webhooks/purge-webhooks.ts";
import { createApiKey } from "../harness/accounts/api-keys.ts";
import { createDelivery, createWebhook } from "../harness/accounts/webhooks.ts";
import { bodyOf, call } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";
import { newReceiver } from "../harness/receiver/receiver.ts";
import { deliveriesOf, runWebhook, webhookRow, writeEvents } from "./sending-run.ts";

const DAY = 24 * 60 * 60_000;

let company: TestCompany;
let owner: TestUser;
let manager: TestUser;

beforeEach(async () => {
  company = await createCompany();
  owner = await createUser({ access: [{ company, role: "owner" }] });
  manager = await createUser({ access: [{ company, role: "manager" }] });
});

const mailsOf = ({ id }: TestUser) =>
  openDirectory(env.DIRECTORY).select().from(mails).where(eq(mails.userId, id));

/** A webhook that was switched off, made by somebody. */
async function silentWebhook(createdBy: number): Promise<number> {
  const receiver = newReceiver();
  await receiver.answer({ status: 500 });
  const { id } = await createWebhook(company, { url: `${receiver.url}?key=hidden`, createdBy });
  await writeEvents(company, [1]);
  const start = Date.now();
  for (const days of [0, 1, 2, 3, 3.5]) await runWebhook(company, id, { now: () => start + days * DAY });
  await Promise.all(
    [1, 2].map(() => tryCarryAuditEvents(env, openDatabases(env, { for: "job" }), company.store)),
  );
  return id;
}

test("who made a webhook is told once that it was switched off, without what is secret in its address", async () => {
  const id = await silentWebhook(manager.id);
  const rows = await mailsOf(manager);
  expect(rows).toMatchObject([{ kind: "webhook_off", email: manager.email, webhookId: id }]);
  expect(await mailsOf(owner)).toEqual([]);
  const databases = openDatabases(env, { for: "job" });
  const letter = rows[0] && (await letterOf(env, databases, rows[0], Date.now()));
  if (!letter) throw new Error("no letter");
  const { text } = compose(letter);
  expect(text).toContain(new URL(env.RECEIVERS).host);
  expect(text).not.toContain("hidden");
  const told = await env.DIRECTORY.prepare(
    "SELECT count(*) AS n FROM audit_events WHERE action = 'webhook.switched_off' AND object_id = ?",
  )
    .bind(id)
    .first<number>("n");
  expect(told).toBe(1);
  // On again by then, there is nothing to say.
  await company.database
    .prepare("UPDATE webhooks SET switched_off_reason = NULL WHERE id = ?")
    .bind(id)
    .run();
  expect(rows[0] && (await letterOf(env, databases, rows[0], Date.now()))).toBeNull();
});

test("a receiver that says it is gone is sent nothing more, and who made the webhook is told why", async () => {
  const receiver = newReceiver();
  await receiver.answer({ status: 410 });
  const { id } = await createWebhook(company, { url: receiver.url, createdBy: manager.id });
  await writeEvents(company, [1, 2, 1]);
  await runWebhook(company, id);
  await runWebhook(company, id, { now: () => Date.now() + DAY });
  expect((await receiver.received()).length).toBe(2);
  expect(await webhookRow(company, id)).toMatchObject({ switched_off_reason: "gone" });
  const databases = openDatabases(env, { for: "job" });
  await tryCarryAuditEvents(env, databases, company.store);
  const [mail] = await mailsOf(manager);
  const letter = mail && (await letterOf(env, databases, mail, Date.now()));
  if (!letter) throw new Error("no letter");
  expect(compose(letter).text).toContain("410 (Gone)");
  // Nothing is lost: switched on again, it goes on with what waits.
  await receiver.answer({});
  const json = { status: "active" };
  const { webhook } = await bodyOf(call(`/webhooks/${id}`, { token: manager.token, method: "PUT", json }));
  expect(webhook).toMatchObject({ status: "active", switched_off_reason: null });
  await runWebhook(company, id);
  expect((await deliveriesOf(company, id)).map(({ status }) => status)).toEqual([
    "delivered",
    "delivered",
    "delivered",
  ]);
});

test("of a webhook that a key made, the key's maker is told; where they are gone, the owners", async () => {
  const key = await createApiKey(company, manager);
  await silentWebhook(key.id);
  expect(await mailsOf(manager)).toHaveLength(1);
  await env.DIRECTORY.prepare("DELETE FROM user_accesses WHERE user_id = ?").bind(manager.id).run();
  await silentWebhook(key.id);
  expect(await mailsOf(manager)).toHaveLength(1);
  expect(await mailsOf(owner)).toHaveLength(1);
});

test("deliveries are deleted after 30 days, and with their webhook", async () => {
  const { id } = await createWebhook(company);
  const ended = { endedAt: 1 };
  await createDelivery(company, id, { createdAt: 1, ...ended });
  await createDelivery(company, id, { createdAt: 1, status: "pending", endedAt: null });
  const kept = await createDelivery(company, id, { createdAt: 100, ...ended });
  await purgeStore(company.database, 50);
  expect((await deliveriesOf(company, id)).map((one) => [one.id === kept.id, one.status])).toEqual([
    [false, "pending"],
    [true, "failed"],
  ]);
  await company.database.prepare("UPDATE webhooks SET deleted_at = 1 WHERE id = ?").bind(id).run();
  await purgeStore(company.database, 50);
  expect(await deliveriesOf(company, id)).toEqual([]);
  const left = company.database.prepare("SELECT 1 FROM webhooks WHERE id = ?").bind(id);
  expect(await left.first()).toBeNull();
});
