import { beforeEach, expect, test } from "vitest";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";
import { deliver, prepareImport } from "../harness/import-run.ts";
import { beginUndo, deliverUndo } from "../imports/undo/undo-run.ts";

let company: TestCompany;
let manager: TestUser;
let agent: TestUser;

beforeEach(async () => {
  company = await createCompany({ store: 1 });
  manager = await createUser({ access: [{ company, role: "manager" }] });
  agent = await createUser({ access: [{ company, role: "agent" }] });
});

const send = (path: string, method: string, json?: unknown) =>
  call(path, { token: manager.token, method, ...(json !== undefined && { json }) });
const create = async (fields: object): Promise<number> =>
  (await bodyOf(send(`/companies/${company.id}/leads`, "POST", fields), 201)).lead.id;
const gone = (query = "", { token } = manager) =>
  bodyOf(call(`/companies/${company.id}/leads/deleted?${query}`, { token }));

test("leads that were deleted, merged, erased or taken back are told by their ids, and none that is back", async () => {
  const [kept, deleted, merged, erased, back] = await Promise.all(
    ["kept", "deleted", "merged", "erased", "back"].map((name) => create({ email: `${name}@leads.test` })),
  );
  const { meta } = await gone("after=latest");
  expect(await gone(`after=${meta.next_cursor}`)).toEqual({ deleted_leads: [], meta });
  await bodyOf(send(`/leads/${deleted}`, "DELETE"), 204);
  await bodyOf(send(`/leads/${kept}/merge`, "POST", { lead_ids: [merged] }));
  await bodyOf(send(`/leads/${erased}?erase=true`, "DELETE"), 204);
  await bodyOf(send(`/leads/${back}`, "DELETE"), 204);
  await bodyOf(send(`/leads/${back}/restore`, "POST"));
  const code = await prepareImport(company, "Email\nimported@leads.test\n");
  await deliver(code);
  const imported = await company.database
    .prepare("SELECT id FROM leads WHERE email = 'imported@leads.test' AND company_id = ?")
    .bind(company.id)
    .first("id");
  await beginUndo(company, code);
  await deliverUndo(code);
  const expected = [
    { id: deleted, merged_into: null },
    { id: merged, merged_into: kept },
    { id: erased, merged_into: null },
    { id: imported, merged_into: null },
  ].map((one) => ({ ...one, deleted_at: expect.stringMatching(/Z$/) }));
  expect((await gone(`after=${meta.next_cursor}`)).deleted_leads).toEqual(expected);
  expect((await gone()).deleted_leads).toEqual(expected);
  const seen = [];
  for (let page = await gone("limit=1"); ; page = await gone(`limit=1&after=${page.meta.next_cursor}`)) {
    seen.push(...page.deleted_leads);
    if (!page.meta.has_more) break;
  }
  expect(seen).toEqual(expected);
});

test("to an agent, those that were theirs are gone: deleted, or of somebody else", async () => {
  const [own, moved, other] = await Promise.all(
    ["own", "moved", "other"].map((name) =>
      create({ email: `${name}@leads.test`, ...(name !== "other" && { assigned_to: agent.id }) }),
    ),
  );
  await bodyOf(send(`/leads/${own}`, "DELETE"), 204);
  await bodyOf(send(`/leads/${moved}`, "PUT", { assigned_to: manager.id }));
  await bodyOf(send(`/leads/${other}`, "DELETE"), 204);
  const ids = async (user: TestUser) =>
    (await gone("", user)).deleted_leads.map(({ id }: { id: number }) => id);
  expect(await ids(agent)).toEqual([own, moved]);
  expect(await ids(manager)).toEqual([own, other]);
});

test("a cursor of another company is refused, and one whose events are gone is told so", async () => {
  await create({ email: "a@leads.test" });
  const other = await createCompany();
  const ask = (after: string) =>
    call(`/companies/${company.id}/leads/deleted?after=${after}`, { token: manager.token });
  expect((await problemOf(ask(`${other.id}-1`), 400)).errors).toMatchObject([{ code: "other_company" }]);
  expect((await problemOf(ask(`${company.id}-99`), 410)).code).toBe("events_purged");
});
