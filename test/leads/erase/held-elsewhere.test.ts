import { env } from "cloudflare:test";
import { beforeEach, expect, test } from "vitest";
import { originOfJob } from "../../../src/audit/outbox/write.ts";
import { mintTenant } from "../../../src/db/leads/tenant.ts";
import { requestErasure } from "../../../src/erasures/consume-erasures.ts";
import { eraseLead } from "../../../src/leads/erase/erase-lead.ts";
import { findLead } from "../../../src/leads/queries.ts";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../harness/factories.ts";
import { deliver, prepareImport } from "../../harness/import-run.ts";
import { createLead } from "../../harness/leads.ts";
import { beginUndo, deliverUndo, undoOf } from "../../imports/undo/undo-run.ts";

/** What other leads were, and those that were deleted earlier, can be the person that is erased. */

let company: TestCompany;
let owner: TestUser;

beforeEach(async () => {
  company = await createCompany();
  owner = await createUser({ access: [{ company, role: "owner" }] });
});

async function erase(id: number): Promise<void> {
  await bodyOf(call(`/leads/${id}/erase`, { token: owner.token, method: "POST" }), 202);
  await allErased();
}

async function allErased(): Promise<void> {
  for (let turn = 0; turn < 600; turn++) {
    const { erasures } = await bodyOf(call(`/companies/${company.id}/erasures`, { token: owner.token }));
    if (erasures.every(({ status }: { status: string }) => status === "completed")) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the erasure never ends");
}

async function updated(lines: string[], matchBy: "email" | "external_id"): Promise<string> {
  const code = await prepareImport(company, `${lines.join("\n")}\n`, "update", null, "MX", {
    matchBy: [matchBy],
  });
  await deliver(code);
  return code;
}

const imagesOf = async () => {
  const { results } = await company.database
    .prepare(
      `SELECT m.lead_id AS id, m.before FROM import_matches m JOIN imports i ON i.id = m.import_id
       WHERE i.company_id = ? ORDER BY m.import_id, m.record_number`,
    )
    .bind(company.id)
    .all<{ id: number; before: string | null }>();
  return results;
};

const PERSON = { email: "pia@first.test", phone: "+525512340987", externalId: "pia-1" };

test("a lead that an import made somebody else of: its undo does not bring the person back", async () => {
  const first = await createLead(company, { ...PERSON, externalId: "X-1", firstName: "Pia" });
  const other = await createLead(company, { email: "otto@first.test", externalId: "X-2", firstName: "Otto" });
  const renaming = await updated(["external_id,first_name", "X-1,Zoe", "X-2,Olaf"], "external_id");
  const code = await updated(
    ["external_id,email,phone", "X-1,zoe@first.test,+525599998888", "X-2,olaf@first.test,"],
    "external_id",
  );
  const second = await createLead(company, PERSON);
  expect((await imagesOf()).filter(({ before }) => before?.includes("Pia"))).toHaveLength(1);
  await erase(second.id);
  // Also what only has the rest of them, such as the name.
  expect(await imagesOf()).toEqual([
    { id: first.id, before: null },
    { id: other.id, before: expect.stringContaining("Otto") },
    { id: first.id, before: null },
    { id: other.id, before: expect.stringContaining("otto@first.test") },
  ]);
  for (const each of [code, renaming]) {
    await beginUndo(company, each);
    await deliverUndo(each);
    expect(await undoOf(company, each)).toMatchObject({
      restored: 1,
      spared: 1,
      listed: [{ record: 1, id: first.id, reason: "no_before_image" }],
    });
  }
  const { lead } = await bodyOf(call(`/leads/${first.id}`, { token: owner.token }));
  expect(lead).toMatchObject({ email: "zoe@first.test", first_name: "Zoe" });
});

test("an external id alone tells the person in what a lead was", async () => {
  await createLead(company, { email: "ana@ids.test", phone: null, externalId: "crm-7" });
  await createLead(company, { email: "eva@ids.test", phone: null, externalId: "crm-77" });
  await updated(["email,external_id", "ana@ids.test,crm-8", "eva@ids.test,crm-88"], "email");
  expect((await imagesOf()).map(({ before }) => before !== null)).toEqual([true, true]);
  const second = await createLead(company, { email: null, phone: null, externalId: "crm-7" });
  await erase(second.id);
  expect((await imagesOf()).map(({ before }) => before !== null)).toEqual([false, true]);
});

test("deleted leads of the same person go with it, and can not be restored", async () => {
  const create = (more: object) => createLead(company, { email: null, phone: null, ...more });
  const remove = async ({ id }: { id: number }) => {
    const answer = await call(`/leads/${id}`, { token: owner.token, method: "DELETE" });
    expect(answer.status).toBe(204);
  };
  const gone = [
    await create({ email: PERSON.email, firstName: "Pia" }),
    await create({ phone: PERSON.phone }),
    await create({ email: "old@first.test", externalId: PERSON.externalId }),
  ];
  const others = [
    await create({ email: "other@first.test", phone: PERSON.phone }),
    await create({ email: `a${PERSON.email}`, externalId: "pia-11" }),
  ];
  const elsewhere = await createCompany();
  const foreign = await createLead(elsewhere, { ...PERSON, deletedAt: Date.now() });
  for (const lead of [...gone, ...others]) await remove(lead);
  const living = await createLead(company, PERSON);
  await erase(living.id);
  for (const { id } of gone) {
    await problemOf(call(`/leads/${id}/restore`, { token: owner.token, method: "POST" }), 404);
  }
  for (const { id } of others) {
    await bodyOf(call(`/leads/${id}/restore`, { token: owner.token, method: "POST" }));
  }
  const left = await elsewhere.database
    .prepare("SELECT email FROM leads WHERE id = ?")
    .bind(foreign.id)
    .first("email");
  expect(left).toBe(PERSON.email);
});

test("an undo that is under way waits for the erasure, and does not bring the person back either", async () => {
  const first = await createLead(company, { ...PERSON, externalId: "X-1", firstName: "Pia" });
  const code = await updated(
    ["external_id,email,phone,first_name", "X-1,zoe@first.test,+525599998888,Zoe"],
    "external_id",
  );
  const second = await createLead(company, PERSON);
  await beginUndo(company, code);
  const tenant = mintTenant(company.store, company.database, [company.id]);
  const row = await findLead(tenant, second.id);
  if (!row) throw new Error("no lead");
  const quiet = { ...env, ERASURES: { send: async () => {} } } as unknown as Env;
  const origin = { ...originOfJob(Date.now()), actor: { kind: "user" as const, userId: owner.id } };
  const erasure = await eraseLead(quiet, tenant, row, origin);
  await deliverUndo(code, { whileErasing: true });
  expect(await undoOf(company, code)).toMatchObject({ finished: 0, restored: 0 });
  await requestErasure(env, company.store, erasure.id);
  await allErased();
  await deliverUndo(code);
  expect(await undoOf(company, code)).toMatchObject({ finished: 1, restored: 0, spared: 1 });
  const { lead } = await bodyOf(call(`/leads/${first.id}`, { token: owner.token }));
  expect(lead).toMatchObject({ email: "zoe@first.test", first_name: "Zoe" });
});
