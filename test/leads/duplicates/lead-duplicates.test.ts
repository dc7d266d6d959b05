import { env } from "cloudflare:test";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import type { UserActor } from "../../../src/auth/actor.ts";
import { Grants } from "../../../src/auth/grants.ts";
import { openLeads } from "../../../src/db/clients.ts";
import type { ListRequest } from "../../../src/http/lists/list-query.ts";
import { groupsQuery, totalQuery } from "../../../src/leads/duplicates/duplicates.ts";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import { createCompany, createUser, type TestCompany } from "../../harness/factories.ts";
import { createLead } from "../../harness/leads.ts";

type Differs = Parameters<typeof createLead>[1];
// biome-ignore lint/suspicious/noExplicitAny: a test asserts on what is there.
type Body = any;

const duplicatesOf = async ({ id }: TestCompany, token: string, query = ""): Promise<Body> =>
  bodyOf(call(`/companies/${id}/leads/duplicates?${query}`, { token }));
const shown = ({ duplicates }: Body) =>
  duplicates.map((group: Body) => ({ ...group, leads: group.leads.map(({ id }: { id: number }) => id) }));

/** A lead with copies of it. */
async function createGroup(company: TestCompany, first: Differs, copies: Differs[]) {
  const lead = await createLead(company, first);
  const { email, phone } = lead;
  const made = [];
  for (const differs of copies) {
    made.push(await createLead(company, { email, phone, duplicateOf: lead.id, ...differs }));
  }
  return [lead, ...made].map(({ id }) => id);
}

test("groups have a lead with its copies, without what is deleted and what is another company's", async () => {
  const company = await createCompany();
  const { token } = await createUser({ access: [{ company, role: "viewer" }] });
  const child = await createCompany({ parent: company });
  const phone = "+525512345678";
  const byEmail = await createGroup(company, { email: "a@x.test" }, [{}, {}]);
  const byPhone = await createGroup(company, { email: null, phone }, [{}, { deletedAt: 1 }]);
  await createGroup(company, {}, [{ deletedAt: 1 }]);
  await createGroup(child, {}, [{}]);
  await createGroup(await createCompany(), {}, [{}]);
  await createLead(company);
  const all = await duplicatesOf(company, token);
  expect(shown(all)).toEqual([
    { key: "phone", value: phone, count: 2, leads: byPhone.slice(0, 2) },
    { key: "email", value: "a@x.test", count: 3, leads: byEmail },
  ]);
  expect(all.meta).toMatchObject({ total_records: 2, total_pages: 1 });
  const [copy] = all.duplicates[1].leads.slice(1);
  expect((await bodyOf(call(`/leads/${copy.id}`, { token }))).lead).toEqual(copy);

  const second = await duplicatesOf(company, token, "limit=1&page=2");
  expect(shown(second)).toEqual([shown(all)[1]]);
  expect(second.meta).toMatchObject({ total_records: 2, next_page: null, prev_page: 1 });
  expect(shown(await duplicatesOf(company, token, "sort=id"))).toEqual(shown(all).toReversed());
  expect((await duplicatesOf(company, token, "page=9")).meta).toMatchObject({ total_records: 2 });
  await problemOf(call(`/companies/${company.id}/leads/duplicates?limit=101`, { token }), 400);
});

test("an agent gets the groups of which they work two leads, and no other leads", async () => {
  const company = await createCompany({ store: 1 });
  const agent = await createUser({ access: [{ company, role: "agent" }] });
  const own = { assignedTo: agent.id };
  const mixed = await createGroup(company, {}, [own, own]);
  const whole = await createGroup(company, own, [own]);
  await createGroup(company, own, [{}]);
  await createGroup(company, {}, [own, {}]);
  const { duplicates, meta } = await duplicatesOf(company, agent.token, "sort=id");
  expect(shown({ duplicates })).toMatchObject([
    { count: 2, leads: mixed.slice(1) },
    { count: 2, leads: whole },
  ]);
  expect(meta.total_records).toBe(2);
});

test("a large group shows its first leads and how many there are", async () => {
  const company = await createCompany();
  const { token } = await createUser({ access: [{ company, role: "manager" }] });
  const ids = await createGroup(company, {}, Array<Differs>(14).fill({}));
  expect(shown(await duplicatesOf(company, token))).toMatchObject([{ count: 15, leads: ids.slice(0, 10) }]);
});

test("copies are found by their index, not among all leads", async () => {
  const company = await createCompany();
  const actor: UserActor = {
    kind: "user",
    session: "session",
    tokenExpiresAt: 0,
    userId: 1,
    fullName: "",
    email: "",
    emailConfirmed: true,
    operator: true,
    grants: new Grants(env.DIRECTORY, 1),
    roots: [],
  };
  const request: ListRequest = { page: 1, limit: 25, sort: { field: "id", descending: true }, filters: [] };
  for (const statement of [groupsQuery(actor, company.id, request), totalQuery(actor, company.id, request)]) {
    const steps = await openLeads(company.database).all<{ detail: string }>(
      sql`EXPLAIN QUERY PLAN ${statement}`,
    );
    const onLeads = steps.map(({ detail }) => detail).filter((detail) => / leads /.test(detail));
    for (const step of onLeads)
      expect(step).toMatch(/ USING (INTEGER PRIMARY KEY|INDEX leads_(company_copies|duplicate_of))/);
    expect(onLeads.join()).toContain("leads_company_copies (company_id=? AND duplicate_of>?)");
  }
});
