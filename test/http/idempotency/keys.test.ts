import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { app } from "../../../src/app.ts";
import { purgeKeyedRequests } from "../../../src/http/idempotency/purge-keyed-requests.ts";
import { openScheduledRun } from "../../../src/jobs/scheduled-run.ts";
import { bodyOf, call, problemOf, requestOf } from "../../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../harness/factories.ts";
import { freshEmail, rowsOf } from "../../harness/people.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const PASSWORD = "a password that nobody else has";

let company: TestCompany;
let owner: TestUser;

beforeAll(async () => {
  company = await createCompany();
  owner = await createUser({ access: [{ company, role: "owner" }] });
});
afterEach(() => void vi.useRealTimers());

const newKey = () => crypto.randomUUID();
const keyed = (path: string, json: unknown, key: string, token?: string) =>
  call(path, { method: "POST", json, headers: { "Idempotency-Key": key }, ...(token && { token }) });
const createLead = (json: unknown, key: string) =>
  keyed(`/companies/${company.id}/leads`, json, key, owner.token);
const signUp = (differs: object, key: string) =>
  keyed("/users", { first_name: "Ana", last_name: "Once", ...differs }, key);

/** All that a database keeps of keyed requests. */
async function keptIn(database: D1Database) {
  return (await database.prepare("SELECT * FROM keyed_requests ORDER BY created_at").all()).results;
}

test("a replaced LINK_KEY changes nothing for those who ask again", async () => {
  const key = newKey();
  const json = { email: freshEmail() };
  const first = await createLead(json, key);
  const text = await first.text();
  const request = requestOf(`/companies/${company.id}/leads`, {
    method: "POST",
    token: owner.token,
    json,
    headers: { "Idempotency-Key": key },
  });
  const context = createExecutionContext();
  const again = await app.fetch(
    request,
    { ...env, LINK_KEY: "another-key-of-forty-characters-or-more" },
    context,
  );
  await waitOnExecutionContext(context);
  expect([again.status, await again.text()]).toEqual([201, text]);
  expect(again.headers.get("Idempotent-Replayed")).toBe("true");
  expect(again.headers.get("ETag")).toBe(first.headers.get("ETag"));
  expect(again.headers.get("ETag")).not.toBeNull();
});

describe("what is kept", () => {
  test("has neither the key nor the password in it, and tells passwords apart", async () => {
    const key = `sign-up-of-ana-${newKey()}`;
    const email = freshEmail();
    await bodyOf(signUp({ email, password: PASSWORD }, key), 201);
    const kept = JSON.stringify(await keptIn(env.DIRECTORY));
    expect(kept).toContain(email);
    expect(kept).not.toContain(key);
    expect(kept).not.toContain(PASSWORD);
    const replayed = await signUp({ email, password: PASSWORD }, key);
    expect(replayed.headers.get("Idempotent-Replayed")).toBe("true");
    const problem = await problemOf(signUp({ email, password: `${PASSWORD}!` }, key), 422);
    expect(problem.code).toBe("idempotency_key_reused");
  });

  test("is kept apart for strangers who chose the same key", async () => {
    const key = "1";
    const [one, other] = [freshEmail(), freshEmail()];
    const { user } = await bodyOf(signUp({ email: one, password: PASSWORD }, key), 201);
    const { user: second } = await bodyOf(signUp({ email: other, password: PASSWORD }, key), 201);
    expect(second.id).not.toBe(user.id);
    expect([user.email, second.email]).toEqual([one, other]);
  });

  test("is deleted after 24 hours, and then the key is new", async () => {
    const key = newKey();
    const json = { name: `Kept ${key}` };
    const path = `/companies/${company.id}/campaigns`;
    const { campaign } = await bodyOf(keyed(path, json, key, owner.token), 201);
    const { campaign: replayed } = await bodyOf(keyed(path, json, key, owner.token), 201);
    expect(replayed.id).toBe(campaign.id);
    await purgeKeyedRequests(openScheduledRun(env, Date.now() + DAY_MS - 60_000));
    expect((await keptIn(company.database)).length).toBeGreaterThan(0);
    await purgeKeyedRequests(openScheduledRun(env, Date.now() + DAY_MS + 60_000));
    for (const database of [env.DIRECTORY, env.LEADS_0, env.LEADS_1])
      expect(await keptIn(database)).toEqual([]);
    const { campaign: later } = await bodyOf(keyed(path, json, key, owner.token), 201);
    expect(later.id).not.toBe(campaign.id);
  });

  test("counts no longer than 24 hours where nobody has deleted it yet", async () => {
    const key = newKey();
    const json = { name: `Kept ${key}` };
    const path = `/companies/${company.id}/campaigns`;
    const { campaign } = await bodyOf(keyed(path, json, key, owner.token), 201);
    await company.database
      .prepare("UPDATE keyed_requests SET created_at = created_at - ?")
      .bind(DAY_MS + 1)
      .run();
    const { campaign: later } = await bodyOf(keyed(path, json, key, owner.token), 201);
    expect(later.id).not.toBe(campaign.id);
  });

  test.each([
    [
      "DELETE FROM keyed_requests WHERE key_hash IN (SELECT key_hash FROM keyed_requests WHERE created_at < 1 ORDER BY created_at LIMIT 1000)",
    ],
    [
      "UPDATE keyed_requests SET body = NULL WHERE (operation = 'a' AND object_id IN (SELECT id FROM leads WHERE id = 1)) OR (operation = 'b' AND object_id IN (SELECT id FROM lead_notes WHERE lead_id = 1))",
    ],
  ])("is found by an index: %s", async (statement) => {
    const { results } = await company.database
      .prepare(`EXPLAIN QUERY PLAN ${statement}`)
      .all<{ detail: string }>();
    expect(
      results.map(({ detail }) => detail).filter((detail) => /SCAN keyed_requests(?! USING)/.test(detail)),
    ).toEqual([]);
  });
});

describe("erasing a person", () => {
  test("erases the answers to who created the lead and its notes; late repetitions create nobody", async () => {
    const [leadKey, noteKey] = [newKey(), newKey()];
    const email = freshEmail();
    const json = { email, first_name: "Erased" };
    const { lead } = await bodyOf(createLead(json, leadKey), 201);
    const note = { body: `Call ${email}` };
    await bodyOf(keyed(`/leads/${lead.id}/notes`, note, noteKey, owner.token), 201);
    expect(JSON.stringify(await keptIn(company.database))).toContain(email);
    await bodyOf(call(`/leads/${lead.id}?erase=true`, { method: "DELETE", token: owner.token }), 204);
    const kept = await keptIn(company.database);
    expect(JSON.stringify(kept)).not.toContain(email);
    const erased = kept.filter(({ object_id }) => object_id !== null && kept.length > 0);
    expect(erased.filter(({ status, fingerprint }) => status === 404 && fingerprint === "")).toHaveLength(2);
    await problemOf(createLead(json, leadKey), 404);
    const { results } = await company.database
      .prepare("SELECT id FROM leads WHERE email = ?")
      .bind(email)
      .all();
    expect(results).toEqual([]);
  });
});

test("a client that leaves has its request done, and gets the first answer when it comes back", async () => {
  const key = newKey();
  const email = freshEmail();
  const context = createExecutionContext();
  const request = requestOf(`/companies/${company.id}/leads`, {
    method: "POST",
    token: owner.token,
    json: { email },
    headers: { "Idempotency-Key": key },
  });
  // Nobody reads the answer: only what was handed to `waitUntil` is waited for.
  const abandoned = app.fetch(request, env, context);
  while (
    (await company.database.prepare("SELECT 1 FROM leads WHERE email = ?").bind(email).first()) === null
  ) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await waitOnExecutionContext(context);
  const [kept] = (await keptIn(company.database)).slice(-1);
  expect(kept).toMatchObject({ operation: "createLead", status: 201 });
  const again = await createLead({ email }, key);
  expect(again.headers.get("Idempotent-Replayed")).toBe("true");
  expect(await again.text()).toBe(await (await abandoned).text());
});

test("a refusal leaves the key to another request, also one with another body", async () => {
  const key = newKey();
  const email = freshEmail();
  await bodyOf(createLead({ email }, newKey()), 201);
  expect((await problemOf(createLead({ email }, key), 409)).code).toBe("lead_exists");
  await bodyOf(createLead({ email: freshEmail() }, key), 201);
  expect((await problemOf(createLead({ email: freshEmail() }, key), 422)).code).toBe(
    "idempotency_key_reused",
  );
  expect(await rowsOf("SELECT 1 FROM keyed_requests WHERE status IS NULL AND object_id IS NOT NULL")).toEqual(
    [],
  );
});

test("a request at work is a 409 for its repetition, until its lease of 60 seconds is over", async () => {
  const key = newKey();
  const email = freshEmail();
  await bodyOf(createLead({ email }, key), 201);
  // As a Worker leaves it that died before it created anything.
  await company.database
    .prepare("UPDATE keyed_requests SET status = NULL, body = NULL WHERE body LIKE ?")
    .bind(`%${email}%`)
    .run();
  const answer = await createLead({ email }, key);
  expect(answer.headers.get("Retry-After")).toBe("1");
  expect((await problemOf(answer, 409)).code).toBe("request_in_flight");
  await company.database.prepare("UPDATE keyed_requests SET leased_until = leased_until - 60000").run();
  const again = await createLead({ email }, key);
  expect(again.status).toBe(201);
  expect((await bodyOf(again, 201)).lead.email).toBe(email);
});
