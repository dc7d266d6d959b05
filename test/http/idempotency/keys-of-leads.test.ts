import { env } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../harness/factories.ts";
import { createLead } from "../../harness/leads.ts";
import { freshEmail } from "../../harness/people.ts";

let company: TestCompany;
let owner: TestUser;
let manager: TestUser;

beforeAll(async () => {
  company = await createCompany();
  owner = await createUser({ access: [{ company, role: "owner" }] });
  manager = await createUser({ access: [{ company, role: "manager" }] });
});

const lead = () => createLead(company, { email: freshEmail() });
const post = (path: string, json: object, key?: string, { token } = manager) =>
  call(path, { method: "POST", json, token, headers: key ? { "Idempotency-Key": key } : {} });
const count = async (what: string, ...values: unknown[]) =>
  (await company.database
    .prepare(`SELECT count(*) AS n FROM ${what}`)
    .bind(...values)
    .first<number>("n")) ?? 0;

async function replayOf(answer: Promise<Response>, status: number): Promise<string> {
  const { headers, status: actual } = await answer;
  expect([actual, headers.get("Idempotent-Replayed")]).toEqual([status, "true"]);
  return (await answer).text();
}

describe("a merge that is sent again, since its answer was lost", () => {
  test("gets the first answer with its key, and merges nothing more", async () => {
    const [kept, other] = [await lead(), await lead()];
    const key = crypto.randomUUID();
    const merge = () => post(`/leads/${kept.id}/merge`, { lead_ids: [other.id] }, key);
    const first = await merge();
    expect(first.status).toBe(200);
    const text = await first.text();
    expect(await replayOf(merge(), 200)).toBe(text);
    expect(await count("leads WHERE id = ? AND version = 1", kept.id)).toBe(1);
  });

  test("is a 422 with the key of another merge, and a 404 that names the leads without one", async () => {
    const [kept, other, third] = [await lead(), await lead(), await lead()];
    const key = crypto.randomUUID();
    await bodyOf(post(`/leads/${kept.id}/merge`, { lead_ids: [other.id] }, key));
    const reused = post(`/leads/${kept.id}/merge`, { lead_ids: [third.id] }, key);
    expect(await problemOf(reused, 422)).toMatchObject({ code: "idempotency_key_reused" });
    const { errors } = await problemOf(post(`/leads/${kept.id}/merge`, { lead_ids: [other.id] }), 404);
    expect(errors).toMatchObject([{ pointer: "/lead_ids/0" }]);
  });

  test("finds nothing of a lead that was erased since", async () => {
    const [kept, other] = [await lead(), await lead()];
    const key = crypto.randomUUID();
    await bodyOf(post(`/leads/${kept.id}/merge`, { lead_ids: [other.id] }, key));
    await bodyOf(post(`/leads/${kept.id}/erase`, {}), 202);
    await problemOf(post(`/leads/${kept.id}/merge`, { lead_ids: [other.id] }, key), 404);
    expect(await count("keyed_requests WHERE operation = 'mergeLeads' AND object_id = ?", kept.id)).toBe(1);
    expect(await count("keyed_requests WHERE object_id = ? AND body IS NOT NULL", kept.id)).toBe(0);
  });
});

describe("an erasing that is sent again, since its answer was lost", () => {
  const erasures = () => count("erasures WHERE company_id = ?", company.id);

  test("gets the first answer with its key, and starts nothing more", async () => {
    const { id } = await lead();
    const key = crypto.randomUUID();
    const erase = () => post(`/leads/${id}/erase`, {}, key);
    const before = await erasures();
    const first = await erase();
    expect(first.status).toBe(202);
    const text = await first.text();
    expect(await replayOf(erase(), 202)).toBe(text);
    expect(await erasures()).toBe(before + 1);
  });

  test("is a 404 without a key, with a new one, and with that of somebody else", async () => {
    const { id } = await lead();
    const key = crypto.randomUUID();
    await bodyOf(post(`/leads/${id}/erase`, {}, key), 202);
    await problemOf(post(`/leads/${id}/erase`, {}), 404);
    await problemOf(post(`/leads/${id}/erase`, {}, crypto.randomUUID()), 404);
    await problemOf(post(`/leads/${id}/erase`, {}, key, owner), 404);
    await problemOf(post(`/leads/${id}/erase`, {}, "a key with blanks"), 400);
  });

  test("is a 422 with a key that erased another lead, and a 404 with one that created something", async () => {
    const [one, other] = [await lead(), await lead()];
    const key = crypto.randomUUID();
    await bodyOf(post(`/leads/${one.id}/erase`, {}, key), 202);
    await bodyOf(post(`/leads/${other.id}/erase`, {}), 202);
    const reused = await problemOf(post(`/leads/${other.id}/erase`, {}, key), 422);
    expect(reused).toMatchObject({ code: "idempotency_key_reused" });
    const created = crypto.randomUUID();
    await bodyOf(post(`/companies/${company.id}/leads`, { email: freshEmail() }, created), 201);
    await problemOf(post(`/leads/${other.id}/erase`, {}, created), 404);
  });

  test("shows nothing to a caller who has lost the access since", async () => {
    const { id } = await lead();
    const left = await createUser({ access: [{ company, role: "manager" }] });
    const key = crypto.randomUUID();
    await bodyOf(post(`/leads/${id}/erase`, {}, key, left), 202);
    await env.DIRECTORY.prepare("UPDATE user_accesses SET access_id = 3 WHERE user_id = ?")
      .bind(left.id)
      .run();
    await problemOf(post(`/leads/${id}/erase`, {}, key, left), 403);
    await env.DIRECTORY.prepare("DELETE FROM user_accesses WHERE user_id = ?").bind(left.id).run();
    await problemOf(post(`/leads/${id}/erase`, {}, key, left), 404);
  });
});
