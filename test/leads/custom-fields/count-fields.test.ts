import { env } from "cloudflare:test";
import { beforeEach, describe, expect, test } from "vitest";
import { openScheduledRun } from "../../../src/jobs/scheduled-run.ts";
import { countCustomFields } from "../../../src/leads/custom-fields/count-fields.ts";
import { bodyOf, call } from "../../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../harness/factories.ts";
import { createLead } from "../../harness/leads.ts";

const DAY = 24 * 60 * 60 * 1000;

let company: TestCompany;
let owner: TestUser;

beforeEach(async () => {
  company = await createCompany();
  owner = await createUser({ access: [{ company, role: "owner" }] });
});

/** As the migration leaves a company that had leads before there was a register. */
async function hasOldLeads(): Promise<void> {
  await company.database
    .prepare("INSERT INTO custom_field_counts (company_id, due_at, complete) VALUES (?, 0, 0)")
    .bind(company.id)
    .run();
}

const count = (now: number, leadsAtOnce = 2) =>
  countCustomFields(openScheduledRun(env, now), { steps: 100, leadsAtOnce });

async function fields(user = owner): Promise<Record<string, [kind: string | null, leads: number | null]>> {
  const { custom_fields: rows } = await bodyOf(
    call(`/companies/${company.id}/custom_fields`, { token: user.token }),
  );
  return Object.fromEntries(
    rows.map((row: { name: string; kind: string; leads: number }) => [row.name, [row.kind, row.leads]]),
  );
}

const put = (id: number, custom_fields: object) =>
  call(`/leads/${id}`, { method: "PUT", token: owner.token, json: { custom_fields } });

describe("a count", () => {
  test("registers the names of old leads, with how many have each and what the values look like", async () => {
    await hasOldLeads();
    await createLead(company, {
      customFields: { Edad: "31", Canal: "WhatsApp", Since: "2026-03-31", Ok: "Sí" },
    });
    await createLead(company, { customFields: { Edad: "42.5", Canal: "12", Since: "1/2/2026", Ok: "no" } });
    await createLead(company, { customFields: { Edad: "-7", Since: "2026-04-01 10:00" } });
    await createLead(company, { customFields: null });
    await createLead(company, { customFields: { Deleted: "x" }, deletedAt: 1 });
    await count(Date.now());
    expect(await fields()).toEqual({
      Canal: ["text", 2],
      Edad: ["number", 3],
      Ok: ["boolean", 2],
      Since: ["date", 3],
    });
    const state = await company.database
      .prepare("SELECT complete, after_id, started_at FROM custom_field_counts WHERE company_id = ?")
      .bind(company.id)
      .first();
    expect(state).toEqual({ complete: 1, after_id: null, started_at: null });
  });

  test("counts each lead once, however many are at it", async () => {
    await hasOldLeads();
    for (let n = 0; n < 12; n++) await createLead(company, { customFields: { Canal: "x" } });
    await Promise.all([count(Date.now()), count(Date.now(), 3), count(Date.now())]);
    await count(Date.now());
    expect(await fields()).toEqual({ Canal: ["text", 12] });
  });

  test("registers what old leads have beyond the limit", async () => {
    await hasOldLeads();
    for (let n = 0; n < 6; n++) {
      const names = Array.from({ length: 200 }, (_, field) => [`field ${n * 200 + field}`, "x"]);
      await createLead(company, { customFields: Object.fromEntries(names) });
    }
    await count(Date.now());
    const registered = await company.database
      .prepare("SELECT count(*) AS names FROM custom_fields WHERE company_id = ?")
      .bind(company.id)
      .first("names");
    expect(registered).toBe(1200);
  });

  test("drops a name that no lead has any more, but not one that was just brought", async () => {
    const { id } = await createLead(company);
    await put(id, { Canal: "x", Color: "blue" });
    await put(id, { Canal: null });
    expect(await fields()).toEqual({ Canal: [null, null], Color: [null, null] });
    await count(Date.now());
    expect(await fields()).toEqual({ Canal: [null, 0], Color: ["text", 1] });
    await count(Date.now() + 8 * DAY);
    expect(await fields()).toEqual({ Color: ["text", 1] });
  });

  test("keeps what leads have that are restored or merged while it is under way", async () => {
    const kept = await createLead(company, { email: "a@x.test", createdAt: 1000 });
    const other = await createLead(company, { email: "b@x.test", createdAt: 2000 });
    const gone = await createLead(company, { email: "c@x.test", createdAt: 3000 });
    await put(other.id, { Merged: "x" });
    await put(gone.id, { Restored: "x" });
    await call(`/leads/${gone.id}`, { method: "DELETE", token: owner.token });
    // Long ago, so that nothing but the leads keeps the names.
    await company.database
      .prepare("UPDATE custom_fields SET seen_at = 0 WHERE company_id = ?")
      .bind(company.id)
      .run();
    const run = openScheduledRun(env, Date.now());
    await countCustomFields(run, { steps: 1, leadsAtOnce: 1 });
    await call(`/leads/${kept.id}/merge`, {
      method: "POST",
      token: owner.token,
      json: { lead_ids: [other.id] },
    });
    await call(`/leads/${gone.id}/restore`, { method: "POST", token: owner.token });
    await countCustomFields(run, { steps: 100, leadsAtOnce: 1 });
    expect(Object.keys(await fields())).toEqual(["Merged", "Restored"]);
  });

  test("comes again an hour after an import or a new name, else after a week", async () => {
    const { id } = await createLead(company);
    await put(id, { Canal: "x" });
    const now = Date.now() + DAY;
    await count(now);
    await createLead(company, { customFields: { Canal: "y" } });
    await count(now + 6 * DAY);
    expect(await fields()).toEqual({ Canal: ["text", 1] });
    await put(id, { Color: "blue" });
    await count(now + 6 * DAY);
    expect(await fields()).toEqual({ Canal: ["text", 2], Color: ["text", 1] });
  });
});

test("an agent sees the names, and no count of what is others'", async () => {
  const agent = await createUser({ access: [{ company, role: "agent" }] });
  const { id } = await createLead(company);
  await put(id, { Canal: "x", Edad: "3" });
  await count(Date.now());
  expect(await fields(agent)).toEqual({ Canal: ["text", null], Edad: ["number", null] });
  const filtered = await bodyOf(
    call(`/companies/${company.id}/custom_fields?name_start=Ca&kind_eq=text`, { token: owner.token }),
  );
  expect(filtered).toMatchObject({
    custom_fields: [{ name: "Canal", leads: 1 }],
    meta: { total_records: 1 },
  });
});
