import { env } from "cloudflare:test";
import { hash } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { createApiKey } from "../harness/accounts/api-keys.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";

/** `REVOCATION_TURNS=250` plays more. */
const TURNS = Number(env.REVOCATION_TURNS || 10);

let company: TestCompany;
let owner: TestUser;
let manager: TestUser;

beforeAll(async () => {
  company = await createCompany();
  owner = await createUser({ access: [{ company, role: "owner" }], firstName: "Olga", lastName: "Owner" });
  manager = await createUser({ access: [{ company, role: "manager" }] });
});

const make = (json: unknown, user = owner, headers: Record<string, string> = {}, of = company) =>
  call(`/companies/${of.id}/api_keys`, { token: user.token, method: "POST", json, headers });
const list = (query = "", of = company, user = owner) =>
  bodyOf(call(`/companies/${of.id}/api_keys${query}`, { token: user.token }));
const rowOf = (id: number) =>
  env.DIRECTORY.prepare("SELECT * FROM api_keys WHERE id = ?").bind(id).first<Record<string, unknown>>();

describe("making a key", () => {
  test("takes a confirmed address in a company that others made, and none in one's own", async () => {
    const json = { name: "Sync", role: "viewer" };
    const unproved = await createUser({ access: [{ company, role: "owner" }], confirmed: false });
    expect((await problemOf(make(json, unproved), 403)).code).toBe("email_not_confirmed");
    expect((await list()).api_keys).toEqual([]);
    const named = { token: unproved.token, method: "POST", json: { name: "Own" } };
    const { company: own } = await bodyOf(call("/companies", named), 201);
    await bodyOf(make(json, unproved, {}, own), 201);
  });

  test("its secret is shown once, and only its hash is kept", async () => {
    const before = Date.now();
    const answer = await make({ name: "  Web forms ", role: "agent", scopes: ["leads:write"] });
    const location = answer.headers.get("Location");
    const { api_key: key, secret } = await bodyOf(answer, 201);
    expect(key).toEqual({
      id: expect.any(Number),
      company_id: company.id,
      name: "Web forms",
      role: "agent",
      scopes: ["leads:write"],
      prefix: secret.slice(0, 11),
      status: "active",
      created_by: { id: owner.id, full_name: "Olga Owner" },
      creator_has_right: true,
      created_at: expect.any(String),
      last_used_at: null,
      expires_at: null,
      ended_at: null,
    });
    expect(key.id).toBeGreaterThan(500_000_000_000);
    expect(Date.parse(key.created_at)).toBeGreaterThanOrEqual(before);
    expect(secret).toMatch(/^lk_[0-9a-f]{78}$/);
    const row = await rowOf(key.id);
    expect(row?.secret_hash).toBe(hash("sha256", secret));
    expect(JSON.stringify(row)).not.toContain(secret.slice(11, 40));
    const listed = await list();
    expect(listed.api_keys).toContainEqual(key);
    expect(JSON.stringify(listed)).not.toContain(secret);
    const alone = await bodyOf(call((location ?? "").replace("/api/v1", ""), { token: owner.token }));
    expect(alone.api_keys).toEqual([key]);
  });

  test("a repetition gets the key without its secret, which is kept nowhere", async () => {
    const key = crypto.randomUUID();
    const asked = { name: "Once", role: "viewer" };
    const first = await bodyOf(make(asked, owner, { "Idempotency-Key": key }), 201);
    const again = await make(asked, owner, { "Idempotency-Key": key });
    expect(again.headers.get("Idempotent-Replayed")).toBe("true");
    expect(await bodyOf(again, 201)).toEqual({ api_key: first.api_key, secret: null });
    const third = await bodyOf(make(asked, owner, { "Idempotency-Key": key }), 201);
    expect(third).toEqual({ api_key: first.api_key, secret: null });
    const { results } = await env.DIRECTORY.prepare("SELECT * FROM keyed_requests").all();
    expect(JSON.stringify(results)).not.toContain(first.secret);
    const made = (await list("?name_cont=Once")).api_keys;
    expect(made).toHaveLength(1);
  });

  test("nobody makes one that may more than they do", async () => {
    const refused = await problemOf(make({ name: "More", role: "manager" }, manager), 403);
    expect(refused.errors[0].pointer).toBe("/role");
    await bodyOf(make({ name: "Less", role: "agent" }, manager), 201);
    await problemOf(make({ name: "Owner", role: "owner" }), 422);
    for (const role of ["agent", "viewer"] as const) {
      const user = await createUser({ access: [{ company, role }] });
      expect((await problemOf(make({ name: "No", role: "viewer" }, user), 403)).code).toBe("forbidden");
    }
  });

  test.each([
    ["/scopes", { scopes: [] }],
    ["/scopes/0", { scopes: ["users:read"] }],
    ["/scopes", { scopes: ["leads:read", "leads:read"] }],
    ["/expires_at", { expires_at: "2020-01-01T00:00:00.000Z" }],
    ["/expires_at", { expires_at: "tomorrow" }],
    ["/name", { name: " " }],
  ])("%s of %j is refused", async (pointer, wrong) => {
    const refused = await problemOf(make({ name: "Wrong", role: "viewer", ...wrong }), 422);
    expect(refused.errors[0].pointer).toBe(pointer);
  });

  test.each([
    ["2037-01-01T00:00:00Z", "2037-01-01T00:00:00.000Z"],
    ["2037-01-01T00:00:00.123456+02:00", "2036-12-31T22:00:00.123Z"],
  ])("%s is a time to end at", async (sent, expected) => {
    const { api_key } = await bodyOf(make({ name: "Ends", role: "viewer", expires_at: sent }), 201);
    expect(api_key.expires_at).toBe(expected);
  });

  test("a company has a hundred active keys; those that ended or expired do not count", async () => {
    const other = await createCompany();
    const its = await createUser({ access: [{ company: other, role: "owner" }] });
    await Promise.all(Array.from({ length: 99 }, () => createApiKey(other, its)));
    await createApiKey(other, its, { endedAt: 1 });
    await createApiKey(other, its, { expiresAt: 1 });
    await bodyOf(make({ name: "100", role: "viewer" }, its, {}, other), 201);
    const refused = await problemOf(make({ name: "101", role: "viewer" }, its, {}, other), 409);
    expect(refused.code).toBe("list_full");
    expect((await list("?status_eq=active&limit=1", other, its)).meta.total_records).toBe(100);
    expect((await list("?status_eq=ended", other, its)).meta.total_records).toBe(1);
    expect((await list("?status_eq=expired", other, its)).meta.total_records).toBe(1);
  });
});

describe("ending a key", () => {
  test(`the next request with it is refused, whatever was kept of it, in ${TURNS} turns of (end, ask)`, async () => {
    for (let turn = 0; turn < TURNS; turn++) {
      const key = await createApiKey(company, owner);
      const ask = () => call(`/companies/${company.id}/campaigns`, { token: key.token });
      await bodyOf(ask());
      await bodyOf(ask());
      await bodyOf(call(`/api_keys/${key.id}`, { token: owner.token, method: "DELETE" }), 204);
      expect((await problemOf(ask(), 401)).code).toBe("unauthorized");
      await problemOf(
        call(`/companies/${company.id}/leads`, {
          token: key.token,
          method: "POST",
          json: { email: "late@leads.test" },
        }),
        401,
      );
    }
  });

  test("it is ended once, by those who could make it", async () => {
    const key = await createApiKey(company, owner);
    const end = (user: TestUser) => call(`/api_keys/${key.id}`, { token: user.token, method: "DELETE" });
    await problemOf(end(manager), 403);
    const stranger = await createUser({ access: [{ company: await createCompany(), role: "owner" }] });
    await problemOf(end(stranger), 404);
    await bodyOf(end(owner), 204);
    const { ended_at: endedAt } = (await rowOf(key.id)) ?? {};
    await bodyOf(end(owner), 204);
    expect((await rowOf(key.id))?.ended_at).toBe(endedAt);
    const events = await env.DIRECTORY.prepare(
      "SELECT action FROM audit_events WHERE object_type = 'api_key' AND object_id = ?",
    )
      .bind(key.id)
      .all();
    expect(events.results).toEqual([{ action: "api_key.ended" }]);
  });

  test("one that has expired is refused, and counts until then", async () => {
    const gone = await createApiKey(company, owner, { expiresAt: Date.now() - 1 });
    await problemOf(call("/stages", { token: gone.token }), 401);
    const soon = await createApiKey(company, owner, { expiresAt: Date.now() + 1500 });
    await bodyOf(call("/stages", { token: soon.token }));
    await new Promise((resolve) => setTimeout(resolve, 1600));
    await problemOf(call("/stages", { token: soon.token }), 401);
  });

  test("it goes on when its maker leaves, and the list says so", async () => {
    const maker = await createUser({ access: [{ company, role: "owner" }] });
    const key = await createApiKey(company, maker, { name: "Orphan" });
    await env.DIRECTORY.prepare("DELETE FROM user_accesses WHERE user_id = ?").bind(maker.id).run();
    await bodyOf(call(`/companies/${company.id}/leads`, { token: key.token }));
    const [listed] = (await list(`?id_eq=${key.id}`)).api_keys;
    expect(listed.creator_has_right).toBe(false);
  });

  test("an operator who made it stays unnamed to the company, not to operators", async () => {
    const operator = await createUser({ operator: true });
    const key = await createApiKey(company, operator, { name: "Ours" });
    const [seen] = (await list(`?id_eq=${key.id}`)).api_keys;
    expect(seen).toMatchObject({ created_by: null, creator_has_right: true });
    const path = `/companies/${company.id}/api_keys?id_eq=${key.id}`;
    const [own] = (await bodyOf(call(path, { token: operator.token }))).api_keys;
    expect(own.created_by.id).toBe(operator.id);
  });
});
