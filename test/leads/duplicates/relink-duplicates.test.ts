import { beforeEach, expect, test } from "vitest";
import { bodyOf, call } from "../../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../harness/factories.ts";
import { createLead } from "../../harness/leads.ts";

let company: TestCompany;
let manager: TestUser;

beforeEach(async () => {
  company = await createCompany();
  manager = await createUser({ access: [{ company, role: "manager" }] });
});

async function rowsOf(ids: number[]) {
  const { results } = await company.database
    .prepare(
      "SELECT id, duplicate_of, version, updated_at FROM leads WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
    )
    .bind(JSON.stringify(ids))
    .all<{ id: number; duplicate_of: number | null; version: number; updated_at: number }>();
  return results;
}

const change = ({ id }: { id: number }, json: object) =>
  bodyOf(call(`/leads/${id}`, { method: "PUT", token: manager.token, json }));

test("copies that are one person only through another copy stay together when their lead becomes somebody else", async () => {
  const lead = await createLead(company, { email: "a@x.test", phone: "+525512345601", externalId: "x-1" });
  const duplicateOf = lead.id;
  const byEmail = await createLead(company, { email: "a@x.test", duplicateOf });
  const byBoth = await createLead(company, { email: "a@x.test", externalId: "x-1", duplicateOf });
  const withoutEmail = { email: null, phone: "+525512345601", duplicateOf };
  const byId = await createLead(company, { ...withoutEmail, externalId: "x-1" });
  const byPhone = await createLead(company, withoutEmail);

  await change(lead, { email: "z@x.test", phone: null, external_id: null });
  const copies = await rowsOf([byEmail.id, byBoth.id, byId.id, byPhone.id]);
  // The third is the same person as the second, and not as the first, whose copy the second is by now.
  expect(copies.map(({ duplicate_of }) => duplicate_of)).toEqual([null, byEmail.id, null, byId.id]);
});

test("a copy that is moved is newer than it was, whatever the clock says", async () => {
  const lead = await createLead(company, { email: "a@x.test" });
  const later = Date.now() + 60 * 60 * 1000;
  const copy = await createLead(company, { email: "a@x.test", duplicateOf: lead.id, updatedAt: later });
  await change(lead, { email: "z@x.test" });
  expect(await rowsOf([copy.id])).toEqual([
    { id: copy.id, duplicate_of: null, version: copy.version, updated_at: later + 1 },
  ]);
});
