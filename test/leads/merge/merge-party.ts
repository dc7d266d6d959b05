import { expect } from "vitest";
import { bodyOf, call } from "../../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../harness/factories.ts";
import { createLead } from "../../harness/leads.ts";

export type Lead = Awaited<ReturnType<typeof createLead>>;
type Differs = Parameters<typeof createLead>[1];

export let company: TestCompany;
export let manager: TestUser;
export let agent: TestUser;

/** A company with a manager, who may merge, and an agent. */
export async function createParty(): Promise<void> {
  company = await createCompany({ store: 1 });
  manager = await createUser({ access: [{ company, role: "manager" }] });
  agent = await createUser({ access: [{ company, role: "agent" }] });
}

/** A lead of the company. */
export const make = (differs: Differs = {}) => createLead(company, differs);
/** A copy of a lead: the same key, later. */
export const copyOf = (first: Lead, differs: Differs = {}) =>
  make({ email: first.email, duplicateOf: first.id, ...differs });
/** Asks to merge leads into one. */
export const merge = (id: number, ids: number[], fields?: Record<string, number>, token = manager.token) =>
  call(`/leads/${id}/merge`, { token, method: "POST", json: { lead_ids: ids, ...(fields && { fields }) } });
/** Merges leads. @returns the one that stays. */
export const merged = async (id: number, ids: number[], fields?: Record<string, number>) =>
  (await bodyOf(merge(id, ids, fields))).lead;

/** The row of a lead. */
export async function rowOf({ id }: { id: number }) {
  const row = await company.database.prepare("SELECT * FROM leads WHERE id = ?").bind(id).first();
  if (!row) throw new Error("no lead");
  return row;
}

/** The rows that a query on the company's store finds. */
export const rows = async (query: string, ...values: unknown[]) =>
  (
    await company.database
      .prepare(query)
      .bind(...values)
      .all<Record<string, unknown>>()
  ).results;

/** What must hold of all leads of the company, whatever was merged. */
export async function expectSound(): Promise<void> {
  const keys = await rows(
    `SELECT a.id FROM leads a JOIN leads b ON b.company_id = a.company_id AND b.id > a.id
       AND (b.email = a.email OR (b.phone = a.phone AND (a.email IS NULL OR b.email IS NULL)))
     WHERE a.company_id = ? AND a.deleted_at IS NULL AND b.deleted_at IS NULL
       AND a.duplicate_of IS NULL AND b.duplicate_of IS NULL`,
    company.id,
  );
  expect(keys, "each person has one canonical lead").toEqual([]);
  const astray = await rows(
    `SELECT c.id FROM leads c LEFT JOIN leads f ON f.id = c.duplicate_of
     WHERE c.company_id = ? AND c.deleted_at IS NULL AND c.duplicate_of IS NOT NULL
       AND (f.duplicate_of IS NOT NULL OR f.deleted_at IS NOT NULL OR NOT coalesce(
         f.email = c.email OR (f.phone = c.phone AND (f.email IS NULL OR c.email IS NULL)), 0))`,
    company.id,
  );
  expect(astray, "each copy points to the canonical lead of its person").toEqual([]);
}
