import { beforeEach, expect, test } from "vitest";
import { readPage } from "../../events/follower.ts";
import { createApiKey } from "../../harness/accounts/api-keys.ts";
import { limitLeads } from "../../harness/accounts/memberships.ts";
import { bodyOf, call } from "../../harness/api.ts";
import { createCampaign, createUser, type TestCompany, type TestUser } from "../../harness/factories.ts";
import { createLead } from "../../harness/leads.ts";
import { beginUndo, deliverUndo } from "../undo/undo-run.ts";
import { createParty, put, refused, rowsOf } from "./batch-run.ts";

let company: TestCompany;
let manager: TestUser;

beforeEach(async () => {
  ({ company, manager } = await createParty());
});

const leadsOf = () =>
  rowsOf(company, "SELECT * FROM leads WHERE company_id = ? AND deleted_at IS NULL ORDER BY id", company.id);

test("each lead has one outcome, by the rules of an import", async () => {
  const ana = await createLead(company, { email: "ana@leads.test", firstName: "Anna", notes: "old" });
  const bo = await createLead(company, { email: "bo@leads.test", firstName: "Bo" });
  const answer = await put(company, manager.token, {
    rules: { notes: "append", first_name: "fill_empty" },
    source: "crm",
    leads: [
      { email: " ANA@leads.test ", first_name: "Ana", notes: "new", external_id: "a-1", city: "Lima" },
      { email: "bo@leads.test", first_name: "Bob", city: null, job_title: "" },
      {
        email: "cy@leads.test",
        phone: "12",
        tags: ["vip", "new"],
        custom_fields: { Plan: "Pro", Seats: "3" },
      },
      { first_name: "Nobody" },
      { email: "CY@leads.test", city: "Quito" },
      { external_id: "17" },
    ],
  });
  const [, , cy, seventeen] = await leadsOf();
  expect(answer).toEqual({
    import_code: expect.stringMatching(/^imp_01/),
    results: [
      { index: 0, outcome: "updated", lead_id: ana.id },
      { index: 1, outcome: "unchanged", lead_id: bo.id },
      {
        index: 2,
        outcome: "created",
        lead_id: cy.id,
        warnings: [{ code: "invalid_phone", column: "phone" }],
      },
      {
        index: 3,
        outcome: "failed",
        code: "missing_contact",
        reason: expect.stringContaining("A lead needs an e-mail, a phone or an external id"),
      },
      { index: 4, outcome: "duplicate", lead_id: cy.id },
      { index: 5, outcome: "created", lead_id: seventeen.id },
    ],
    ledger: {
      total_records: 6,
      created_records: 2,
      updated_records: 1,
      unchanged_records: 1,
      duplicate_records: 1,
      failed_records: 1,
      warning_records: 1,
    },
  });
  expect(await leadsOf()).toMatchObject([
    { id: ana.id, first_name: "Anna", notes: "old\nnew", external_id: "a-1", city: "Lima", version: 1 },
    { id: bo.id, first_name: "Bo", version: 0 },
    { email: "cy@leads.test", phone: null, source: "crm", custom_fields: '{"Plan":"Pro","Seats":"3"}' },
    { email: null, external_id: "17", record_number: 6 },
  ]);
  const tags = await rowsOf(company, "SELECT tag FROM lead_tags WHERE lead_id = ? ORDER BY tag", cy.id);
  expect(tags.map(({ tag }) => tag)).toEqual(["new", "vip"]);
  const counts = await rowsOf(company, "SELECT leads FROM lead_counts WHERE company_id = ?", company.id);
  expect(counts).toEqual([{ leads: 4 }]);
});

test("answers of a campaign are read by its questions, and one that is none is refused", async () => {
  const campaign = await createCampaign(company);
  await rowsOf(
    company,
    `INSERT INTO questions (company_id, campaign_id, key, text, kind, required, position)
     VALUES (?, ?, 'size', 'How many?', 'number', 0, 1)`,
    company.id,
    campaign.id,
  );
  const { results } = await put(company, manager.token, {
    campaign_id: campaign.id,
    leads: [{ email: "ana@leads.test", answers: { size: 12 } }],
  });
  const { lead } = await bodyOf(call(`/leads/${results[0].lead_id}`, { token: manager.token }));
  expect(lead).toMatchObject({ campaign_id: campaign.id, answers: { size: 12 } });
  const leads = [{ email: "a@leads.test" }, { email: "b@leads.test", answers: { color: "red" } }];
  expect(await refused(company, manager.token, { campaign_id: campaign.id, leads })).toMatchObject({
    errors: [{ pointer: "/leads/1/answers/color", code: "not_found" }],
  });
  expect(await refused(company, manager.token, { leads })).toMatchObject({
    detail: expect.stringContaining("campaign_id"),
  });
});

test("what is wrong with a batch as a whole is refused, and nothing of it is written", async () => {
  const one = { email: "ana@leads.test" };
  const cases: [object, string][] = [
    [{ leads: Array.from({ length: 1001 }, (_, n) => ({ external_id: `x-${n}` })) }, "/leads"],
    [{ leads: [] }, "/leads"],
    [{ leads: [one], match_by: [] }, "/match_by"],
    [{ leads: [one], match_by: ["name"] }, "/match_by/0"],
    [{ leads: [{ ...one, salary: 1 }] }, "/leads/0/salary"],
    [{ leads: [one], rules: { salary: "keep" } }, "/rules/salary"],
    [{ leads: [one], rules: { city: "append" } }, "/rules/city"],
    [{ leads: [one], campaign_id: 987_654_321 }, "/campaign_id"],
  ];
  for (const [fields, pointer] of cases) {
    const problem = await refused(company, manager.token, fields as Record<string, unknown>);
    expect(problem.errors[0].pointer).toBe(pointer);
  }
  const { detail } = await refused(company, manager.token, cases[0]?.[0] as Record<string, unknown>);
  expect(detail).toContain("more than 1000 leads: send the others in another request");
  await refused(company, manager.token, { leads: [{ notes: "x".repeat(4 * 1024 * 1024) }] }, 413);
  expect(await leadsOf()).toEqual([]);
});

test("1,000 leads go in at once, and again they are the same", async () => {
  const leads = Array.from({ length: 1000 }, (_, n) => ({
    external_id: `x-${n}`,
    email: `p${n}@leads.test`,
  }));
  const first = await put(company, manager.token, { leads });
  expect(first.ledger).toMatchObject({ total_records: 1000, created_records: 1000 });
  expect(new Set(first.results.map(({ lead_id }: { lead_id: number }) => lead_id)).size).toBe(1000);
  const again = await put(company, manager.token, { leads, on_duplicate: "skip" });
  expect(again.ledger).toMatchObject({ created_records: 0, duplicate_records: 1000 });
  expect(again.results.map((one: { lead_id: number }) => one.lead_id)).toEqual(
    first.results.map((one: { lead_id: number }) => one.lead_id),
  );
});

test("its events are those of its leads alone, and it can be taken back", async () => {
  const ana = await createLead(company, { email: "ana@leads.test", city: "Lima" });
  const { import_code: code, results } = await put(company, manager.token, {
    leads: [{ email: "ana@leads.test", city: "Quito", stage: "won" }, { email: "bo@leads.test" }],
  });
  const { events } = await readPage(company, manager.token, { limit: 100 });
  expect(events.map(({ type, object, actor }) => [type, object.id, actor.id])).toEqual([
    ["lead.updated", ana.id, manager.id],
    ["lead.stage_changed", ana.id, manager.id],
    ["lead.created", results[1].lead_id, manager.id],
  ]);
  expect(events[0]).toMatchObject({ data: { import_code: code } });
  const { import_files: listed } = await bodyOf(
    call(`/import?company_id_eq=${company.id}`, { token: manager.token }),
  );
  expect(listed).toEqual([]);
  await beginUndo(company, code);
  await deliverUndo(code);
  expect(await leadsOf()).toMatchObject([{ id: ana.id, city: "Lima", stage_id: 1 }]);
  const { import_file: undone } = await bodyOf(call(`/import/${code}`, { token: manager.token }));
  expect(undone).toMatchObject({ status_name: "undone", undo: { deleted_records: 1, restored_records: 1 } });
});

test("records that may meet a copy which another one leaves behind see it", async () => {
  const phone = "+525512345678";
  const ana = await createLead(company, { email: "ana@leads.test", phone, externalId: "a" });
  const copy = await createLead(company, { email: "other@leads.test", phone, duplicateOf: ana.id });
  await rowsOf(company, "UPDATE leads SET email = NULL WHERE id = ?", copy.id);
  const { results, ledger } = await put(company, manager.token, {
    leads: [
      { external_id: "a", phone: "+52 55 8765 4321" },
      { phone, city: "Quito" },
      { email: "new@leads.test" },
    ],
  });
  expect(results).toMatchObject([
    { outcome: "updated", lead_id: ana.id },
    { outcome: "updated", lead_id: copy.id },
    { outcome: "created" },
  ]);
  expect(ledger).toMatchObject({ total_records: 3, created_records: 1, updated_records: 2 });
  const chunks = await rowsOf(
    company,
    "SELECT c.first_record AS first FROM import_chunks c JOIN imports i ON i.id = c.import_id WHERE i.company_id = ?",
    company.id,
  );
  expect(chunks.map(({ first }) => first)).toEqual([1, 2]);
});

test("a lead is found by its external id", async () => {
  const ana = await createLead(company, { externalId: "crm/17 ä" });
  const ask = (id: string) =>
    call(`/companies/${company.id}/leads/${encodeURIComponent(id)}`, { token: manager.token });
  expect((await bodyOf(ask("external:crm/17 ä"))).lead.id).toBe(ana.id);
  await bodyOf(ask("external:crm"), 404);
  await bodyOf(ask("crm/17 ä"), 400);
  await bodyOf(ask("external:"), 400);
});

test("leads beyond the membership fail, each with why, and nothing is kept of what failed but its code", async () => {
  await limitLeads(company, 1);
  const { results, import_code: code } = await put(company, manager.token, {
    leads: [{ email: "ana@leads.test" }, { email: "bo@leads.test" }, { email: "bo@nowhere" }],
  });
  expect(results).toMatchObject([
    { outcome: "created" },
    { outcome: "failed", code: "membership_limit", reason: expect.stringContaining("limit of 1 leads") },
    { outcome: "failed", code: "invalid_email", reason: expect.stringContaining("bo@nowhere") },
  ]);
  const kept = await rowsOf(
    company,
    `SELECT r.code, r.reason, r.cells FROM import_rejections r JOIN imports i ON i.id = r.import_id
     WHERE i.import_code = ? ORDER BY r.record_number`,
    code,
  );
  expect(kept).toEqual([
    { code: "membership_limit", reason: "", cells: "[]" },
    { code: "invalid_email", reason: "", cells: "[]" },
  ]);
});

test("a repetition says what has become of the leads now, and is not kept either", async () => {
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  const leads = [{ email: "ana@leads.test" }, { email: "bo@nowhere" }];
  const first = await put(company, manager.token, { leads }, headers);
  expect(await put(company, manager.token, { leads }, headers)).toEqual(first);
  const kept = await rowsOf(
    company,
    "SELECT body FROM keyed_requests WHERE object_id IS NOT NULL AND body IS NOT NULL",
  );
  expect(kept.filter(({ body }) => body.includes("bo@nowhere"))).toEqual([]);
  await beginUndo(company, first.import_code);
  await deliverUndo(first.import_code);
  const { results } = await put(company, manager.token, { leads }, headers);
  expect(results).toMatchObject([{ outcome: "gone" }, { outcome: "failed", code: "invalid_email" }]);
});

test("a lead without anything is told which fields it needs", async () => {
  const { results } = await put(company, manager.token, { leads: [{}, { first_name: "Ana" }] });
  const reason =
    "A lead needs an e-mail, a phone or an external id: fill in “email” or “phone” or “external_id”.";
  expect(results).toMatchObject([
    { code: "missing_contact", reason },
    { code: "missing_contact", reason },
  ]);
});

test("managers send batches, and keys of managers with the scope of leads", async () => {
  const leads = [{ email: "ana@leads.test" }];
  const agent = await createUser({ access: [{ company, role: "agent" }] });
  await refused(company, agent.token, { leads }, 403);
  const reading = await createApiKey(company, manager, { scopes: ["leads:read", "imports:write"] });
  await refused(company, reading.token, { leads }, 403);
  const writing = await createApiKey(company, manager, { scopes: ["leads:write"] });
  expect((await put(company, writing.token, { leads })).ledger.created_records).toBe(1);
});
