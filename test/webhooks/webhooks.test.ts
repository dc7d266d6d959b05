import { beforeEach, describe, expect, test } from "vitest";
import { createApiKey } from "../harness/accounts/api-keys.ts";
import { createDelivery, createWebhook } from "../harness/accounts/webhooks.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";
import { webhookRow } from "./sending-run.ts";

const URL = "https://hooks.example.com/leads";

let company: TestCompany;
let manager: TestUser;

beforeEach(async () => {
  company = await createCompany({ store: 1 });
  manager = await createUser({ access: [{ company, role: "manager" }] });
});

const send = (path: string, method: string, json?: unknown, token = manager.token, headers = {}) =>
  call(path, { token, method, headers, ...(json !== undefined && { json }) });
const make = (json: object = {}, headers = {}) =>
  send(
    `/companies/${company.id}/webhooks`,
    "POST",
    { url: URL, events: ["lead.created"], ...json },
    manager.token,
    headers,
  );
const list = async (query = "") =>
  (await bodyOf(send(`/companies/${company.id}/webhooks${query}`, "GET"))).webhooks;

test("takes a confirmed address in a company that others made", async () => {
  const access = [{ company, role: "owner" as const }];
  const { token } = await createUser({ access, confirmed: false });
  const json = { url: URL, events: ["lead.created"] };
  const made = await problemOf(send(`/companies/${company.id}/webhooks`, "POST", json, token), 403);
  expect(made.code).toBe("email_not_confirmed");
  expect(await list()).toEqual([]);
  const { webhook } = await bodyOf(make(), 201);
  const changed = await problemOf(
    send(`/webhooks/${webhook.id}`, "PUT", { url: `${URL}/other` }, token),
    403,
  );
  expect(changed.code).toBe("email_not_confirmed");
});

test("a webhook is made with a secret that is shown once, and kept encrypted", async () => {
  const answer = await make({ description: " The CRM " });
  const { webhook, secret } = await bodyOf(answer, 201);
  expect(webhook).toEqual({
    id: expect.any(Number),
    company_id: company.id,
    url: URL,
    description: "The CRM",
    events: ["lead.created"],
    status: "active",
    switched_off_at: null,
    switched_off_reason: null,
    failing_since: null,
    previous_secret_until: null,
    created_at: expect.any(String),
    updated_at: expect.any(String),
  });
  expect(webhook.id).toBeGreaterThan(1e12);
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  const row = JSON.stringify(await webhookRow(company, webhook.id));
  expect(row).not.toContain(secret.slice(6, 30));
  expect(row).not.toContain(Buffer.from(secret.slice(6, 30)).toString("base64").slice(0, 20));
  const location = answer.headers.get("Location")?.replace("/api/v1", "") ?? "";
  expect((await bodyOf(send(location, "GET"))).webhooks).toEqual([webhook]);
  expect(JSON.stringify(await list())).not.toContain("whsec_");
});

test("a repetition gets the webhook without its secret, and makes none", async () => {
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  const first = await bodyOf(make({}, headers), 201);
  expect(await bodyOf(make({}, headers), 201)).toEqual({ webhook: first.webhook, secret: null });
  expect(await list()).toHaveLength(1);
});

test("a repetition for one that is deleted since is a 404 each time", async () => {
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  const { webhook } = await bodyOf(make({}, headers), 201);
  await bodyOf(make({}, headers), 201);
  await send(`/webhooks/${webhook.id}`, "DELETE");
  for (let times = 0; times < 3; times++) await problemOf(make({}, headers), 404);
});

test("a secret is replaced as often as five of them sign at a time", async () => {
  const { id } = await createWebhook(company);
  const secrets = new Set<string>();
  for (let times = 0; times < 4; times++) {
    const { webhook, secret } = await bodyOf(send(`/webhooks/${id}/rotate_secret`, "POST"));
    secrets.add(secret);
    const left = Date.parse(webhook.previous_secret_until) - Date.now();
    expect(left / 3_600_000).toBeCloseTo(24, 1);
  }
  expect(secrets.size).toBe(4);
  await problemOf(send(`/webhooks/${id}/rotate_secret`, "POST"), 409);
});

test("it is changed, switched off and on, and deleted with what was sent to it", async () => {
  const { id } = await createWebhook(company, { url: URL });
  const delivery = await createDelivery(company, id);
  const changed = await bodyOf(
    send(`/webhooks/${id}`, "PUT", {
      events: ["import.completed"],
      description: null,
      status: "switched_off",
    }),
  );
  expect(changed.webhook).toMatchObject({
    events: ["import.completed"],
    url: URL,
    status: "switched_off",
    switched_off_reason: "by_hand",
  });
  const { webhook } = await bodyOf(send(`/webhooks/${id}`, "PUT", { status: "active" }));
  expect(webhook).toMatchObject({ status: "active", switched_off_at: null, switched_off_reason: null });
  await bodyOf(send(`/webhooks/${id}`, "DELETE"), 204);
  expect(await list()).toEqual([]);
  await problemOf(send(`/webhooks/${id}`, "PUT", { status: "active" }), 404);
  await problemOf(send(`/webhooks/${id}/deliveries`, "GET"), 404);
  await problemOf(send(`/deliveries/${delivery.id}/redeliver`, "POST"), 404);
});

test("a company has 20, and another one after one is deleted", async () => {
  const made = [];
  for (let count = 0; count < 20; count++) made.push((await bodyOf(make(), 201)).webhook.id);
  expect((await problemOf(make(), 409)).code).toBe("list_full");
  await bodyOf(send(`/webhooks/${made[0]}`, "DELETE"), 204);
  await bodyOf(make(), 201);
});

describe("refused with a reason", () => {
  test.each([
    [{ events: [] }, "/events"],
    [{ events: ["lead.created", "lead.created"] }, "/events"],
    [{ events: ["lead.*"] }, "/events/0"],
    [{ url: "http://hooks.example.com/" }, "/url"],
    [{ url: "not an address" }, "/url"],
    [{ url: "https://user:password@hooks.example.com/" }, "/url"],
    [{ url: "https://hooks.example.com:22/" }, "/url"],
    [{ url: "https://10.1.2.3/" }, "/url"],
    [{ url: `https://hooks.example.com/${"x".repeat(2048)}` }, "/url"],
  ])("%j", async (json, pointer) => {
    const { errors } = await problemOf(make(json), 422);
    expect(errors[0].pointer).toBe(pointer);
    expect(errors[0].detail).toMatch(/./);
  });
});

test("a key needs the scope, and a role that may", async () => {
  const reads = await createApiKey(company, manager, { scopes: ["webhooks:read"] });
  const writes = await createApiKey(company, manager, { scopes: ["webhooks:write"] });
  const views = await createApiKey(company, manager, { role: "viewer" });
  const path = `/companies/${company.id}/webhooks`;
  const json = { url: URL, events: ["lead.created"] };
  expect((await problemOf(send(path, "POST", json, reads.token), 403)).code).toBe("insufficient_scope");
  expect((await problemOf(send(path, "POST", json, views.token), 403)).code).toBe("forbidden");
  await bodyOf(send(path, "POST", json, writes.token), 201);
  expect((await bodyOf(send(path, "GET", undefined, reads.token))).webhooks).toHaveLength(1);
});

test("deliveries are listed by status and event, and sent again singly or all that failed since a time", async () => {
  const { id } = await createWebhook(company, { switchedOffAt: 1, switchedOffReason: "by_hand" });
  const old = await createDelivery(company, id, { endedAt: Date.parse("2026-01-01") });
  const failed = await createDelivery(company, id, { event: "lead.updated" });
  const done = await createDelivery(company, id, { status: "delivered", eventId: "1-2-3-0" });
  const idsOf = async (query: string) =>
    (await bodyOf(send(`/webhooks/${id}/deliveries?${query}`, "GET"))).deliveries.map(
      (one: { id: number }) => one.id,
    );
  expect(await idsOf("status_eq=failed")).toEqual([failed.id, old.id]);
  expect(await idsOf("event_eq=lead.updated")).toEqual([failed.id]);
  const elsewhere = await createCompany({ store: 1 });
  const other = await createDelivery(elsewhere, (await createWebhook(elsewhere)).id);
  expect(await idsOf(`id_eq=${other.id}`)).toEqual([]);
  const since = "2026-06-01T02:00:00+02:00";
  const again = await bodyOf(send(`/webhooks/${id}/redeliver`, "POST", { since }));
  expect(again).toEqual({ redelivered: 1, has_more: false });
  const { delivery } = await bodyOf(send(`/deliveries/${done.id}/redeliver`, "POST"));
  expect(delivery).toMatchObject({ id: done.id, status: "pending", event_id: "1-2-3-0", ended_at: null });
  expect(await idsOf("status_eq=pending")).toEqual([done.id, failed.id]);
});
