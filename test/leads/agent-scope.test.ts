import { describe, expect, test } from "vitest";
import type { UserActor } from "../../src/auth/actor.ts";
import { listCampaigns } from "../../src/campaigns/queries.ts";
import { campaignsQuery } from "../../src/campaigns/schemas.ts";
import { listCycles } from "../../src/cycles/queries.ts";
import { cyclesQuery } from "../../src/cycles/schemas.ts";
import { openLeads } from "../../src/db/clients.ts";
import { cycles } from "../../src/db/leads/schema.ts";
import { mintTenant } from "../../src/db/leads/tenant.ts";
import { createImportCode } from "../../src/imports/import-code.ts";
import { bodyOf, call, problemOf, upload, waitForImport } from "../harness/api.ts";
import {
  createCampaign,
  createCompany,
  createImportRow,
  createUser,
  type TestCompany,
  type TestUser,
} from "../harness/factories.ts";
import { createLead } from "../harness/leads.ts";

/** An agent sees the leads that are assigned to them, and nothing that tells of the others. */

const person = (role: "owner" | "manager" | "agent" | "viewer", company: TestCompany) =>
  createUser({ access: [{ company, role }] });
const listed = async (user: TestUser, query = "") => {
  const { import_files: files, meta } = await bodyOf(call(`/import${query}`, { token: user.token }));
  const ids: number[] = files.map(({ id }: { id: number }) => id);
  expect(meta.total_records).toBe(ids.length);
  return ids;
};

describe("imports", () => {
  test("are there for users who see all leads of the company, and not for an agent", async () => {
    const company = await createCompany();
    const [manager, viewer, agent] = await Promise.all([
      person("manager", company),
      person("viewer", company),
      person("agent", company),
    ]);
    const sent = await upload(manager.token, company.id, "email\nlucia@example.test\nnobody\n");
    const done = await waitForImport(sent.import_code, manager.token);

    const seen = await bodyOf(call(`/import/${done.import_code}`, { token: viewer.token }));
    expect(seen.import_file).toMatchObject({ created_records: 1, failed_records: 1 });
    expect([seen.import_file.original_file, seen.import_file.error_file]).toEqual([
      expect.stringContaining("/original_file?"),
      expect.stringContaining("/error_file?"),
    ]);
    expect(await listed(viewer)).toEqual([done.id]);

    for (const query of [
      "",
      `?company_id_eq=${company.id}`,
      `?id_eq=${done.id}`,
      `?import_code_eq=${done.import_code}`,
      "?status_in=2,3&created_at_gt=2000-01-01&sort=id",
    ]) {
      expect(await listed(agent, query), query).toEqual([]);
    }
    const hidden = await problemOf(call(`/import/${done.import_code}`, { token: agent.token }), 404);
    const absent = await problemOf(
      call(`/import/${createImportCode(company.store)}`, { token: agent.token }),
      404,
    );
    const { instance: _, request_id: __, ...told } = hidden;
    expect(absent).toMatchObject(told);
  });

  test("that an agent sent when they were more are not there either: they are leads of others by now", async () => {
    const company = await createCompany();
    const agent = await person("agent", company);
    const { importCode } = await createImportRow(company, agent);
    expect(await listed(agent)).toEqual([]);
    await problemOf(call(`/import/${importCode}`, { token: agent.token }), 404);
  });

  test("go by the strongest access in each company, over several stores", async () => {
    const [above, other] = [await createCompany({ store: 0 }), await createCompany({ store: 1 })];
    const below = await createCompany({ parent: above });
    const beside = await createCompany({ parent: above });
    const sender = await person("manager", above);
    const rows = await Promise.all([above, below, beside, other].map((one) => createImportRow(one, sender)));
    const [, own, , theirs] = rows.map(({ id }) => id);
    const somebody = await createUser({
      access: [
        { company: above, role: "agent" },
        { company: below, role: "manager" },
        { company: other, role: "viewer" },
      ],
    });
    expect((await listed(somebody, "?sort=id")).sort()).toEqual([own, theirs].sort());
    expect(await listed(somebody, `?company_id_eq=${above.id}`)).toEqual([]);
    const statuses = await Promise.all(
      rows.map(async ({ importCode }) => {
        return (await call(`/import/${importCode}`, { token: somebody.token })).status;
      }),
    );
    expect(statuses).toEqual([404, 200, 404, 200]);
  });
});

test("a duplicate of a lead that somebody else works does not name it, nor is it found by it", async () => {
  const company = await createCompany();
  const [viewer, agent] = [await person("viewer", company), await person("agent", company)];
  const pair = async (assignedTo: number | null) => {
    const first = await createLead(company, { assignedTo });
    const { email } = first;
    const copy = await createLead(company, {
      ...(email !== null && { email }),
      duplicateOf: first.id,
      assignedTo: agent.id,
    });
    return { first: first.id, copy: copy.id };
  };
  const [hidden, seen] = [await pair(null), await pair(agent.id)];
  const list = `/companies/${company.id}/leads`;
  const firstsFor = async ({ token }: TestUser, query: string) => {
    const { leads, meta } = await bodyOf(call(`${list}?${query}&sort=created_at`, { token }));
    expect(meta.total_records).toBe(leads.length);
    return leads.map((lead: { id: number; duplicate_of: number | null }) => [lead.id, lead.duplicate_of]);
  };
  const [other, own] = [
    [hidden.copy, hidden.first],
    [seen.copy, seen.first],
  ];
  expect(await firstsFor(viewer, "duplicate_of_null=false")).toEqual([other, own]);
  expect(await firstsFor(viewer, `duplicate_of_eq=${hidden.first}`)).toEqual([other]);

  expect(await firstsFor(agent, "")).toEqual([[hidden.copy, null], [seen.first, null], own]);
  expect(await firstsFor(agent, "duplicate_of_null=false")).toEqual([own]);
  expect(await firstsFor(agent, "duplicate_of_null=true")).toEqual([
    [hidden.copy, null],
    [seen.first, null],
  ]);
  expect(await firstsFor(agent, `duplicate_of_eq=${hidden.first}`)).toEqual([]);
  expect(await firstsFor(agent, `duplicate_of_eq=${seen.first}`)).toEqual([own]);

  const path = `/leads/${hidden.copy}`;
  const answer = await call(path, { token: agent.token });
  const headers = { "If-Match": answer.headers.get("ETag") ?? "" };
  expect((await bodyOf(answer)).lead.duplicate_of).toBeNull();
  const changed = await bodyOf(
    call(path, { token: agent.token, method: "PUT", headers, json: { city: "Lima" } }),
  );
  expect(changed.lead).toMatchObject({ city: "Lima", duplicate_of: null });
  // What is not shown is kept.
  expect((await bodyOf(call(path, { token: viewer.token }))).lead.duplicate_of).toBe(hidden.first);
});

describe("counts", () => {
  async function createTeam() {
    const company = await createCompany();
    const [viewer, agent, other] = await Promise.all([
      person("viewer", company),
      person("agent", company),
      person("agent", company),
    ]);
    const { id: campaignId } = await createCampaign(company);
    const { id: emptyId } = await createCampaign(company, "Empty");
    const now = Date.now();
    await openLeads(company.database)
      .insert(cycles)
      .values({
        companyId: company.id,
        name: "Now",
        startsAt: now - 1000,
        endsAt: now + 60_000,
        leadGoal: 8,
        createdAt: now,
        updatedAt: now,
      });
    const lead = (assignedTo: number | null, differs: Parameters<typeof createLead>[1] = {}) =>
      createLead(company, { campaignId, assignedTo, ...differs });
    await lead(agent.id);
    await lead(agent.id, { deletedAt: now });
    // In no campaign, and before the cycle.
    await lead(agent.id, { campaignId: null, createdAt: now - 2000 });
    for (const one of [other.id, other.id, null]) await lead(one);
    return { company, viewer, agent, campaignId, emptyId };
  }

  test("of campaigns are of the leads that the caller sees", async () => {
    const { company, viewer, agent, campaignId, emptyId } = await createTeam();
    const countsFor = async ({ token }: TestUser) => {
      const one = async (id: number) => (await bodyOf(call(`/campaigns/${id}`, { token }))).campaign;
      const all = (await bodyOf(call(`/companies/${company.id}/campaigns?sort=id`, { token }))).campaigns;
      expect(all).toEqual([await one(campaignId), await one(emptyId)]);
      return all.map(({ leads_count }: { leads_count: number }) => leads_count);
    };
    expect(await countsFor(viewer)).toEqual([4, 0]);
    expect(await countsFor(agent)).toEqual([1, 0]);
  });

  test("of cycles are, too, against the goal", async () => {
    const { company, viewer, agent } = await createTeam();
    const seen = async ({ token }: TestUser) =>
      (await bodyOf(call(`/companies/${company.id}/cycles`, { token }))).cycles;
    expect(await seen(viewer)).toMatchObject([{ leads_count: 4, lead_goal: 8, goal_rate: 50 }]);
    expect(await seen(agent)).toMatchObject([{ leads_count: 1, lead_goal: 8, goal_rate: 12.5 }]);
  });

  test("are the whole company's for an agent of its parent who manages it", async () => {
    const above = await createCompany();
    const below = await createCompany({ parent: above });
    const { token } = await createUser({
      access: [
        { company: above, role: "agent" },
        { company: below, role: "manager" },
      ],
    });
    const { id } = await createCampaign(below);
    await createLead(below, { campaignId: id });
    expect((await bodyOf(call(`/campaigns/${id}`, { token }))).campaign.leads_count).toBe(1);
  });

  test.each([
    ["an agent", 3, "INDEX leads_company_assignee", "INDEX leads_company_assignee"],
    ["others", 4, "INDEX leads_company_campaign", "INDEX leads_company_created"],
  ])("for %s go over an index", async (_, accessId, ofCampaigns, ofCycles) => {
    const company = await createCompany();
    const steps: string[] = [];
    const recorder = {
      prepare: (sql: string) => ({
        bind(...values: unknown[]) {
          const explained = company.database.prepare(`EXPLAIN QUERY PLAN ${sql}`).bind(...values);
          const explain = async () => {
            const { results } = await explained.all<{ detail: string }>();
            steps.push(...results.map(({ detail }) => detail));
            return { results: [], success: true };
          };
          return { all: explain, raw: async () => (await explain()).results };
        },
      }),
      batch: (statements: D1PreparedStatement[]) => Promise.all(statements.map((one) => one.all())),
    } as unknown as D1Database;
    const tenant = mintTenant(company.store, recorder, [company.id]);
    const actor = { kind: "user", userId: 5, operator: false, grants: new Map([[company.id, { accessId }]]) };
    const seen = { actor: actor as unknown as UserActor, companyId: company.id };
    await listCampaigns(tenant, seen, campaignsQuery.read(await campaignsQuery.schema.parseAsync({})));
    await listCycles(tenant, seen, cyclesQuery.read(await cyclesQuery.schema.parseAsync({})));
    const overLeads = steps.filter((step) => /^(SCAN|SEARCH) (leads|l)\b/.test(step));
    expect(overLeads).toEqual([
      // All leads of a campaign are counted as they come.
      ...(accessId === 3 ? [expect.stringContaining(`USING ${ofCampaigns} (company_id=? AND `)] : []),
      expect.stringContaining(`USING ${ofCycles} (company_id=? AND `),
    ]);
    expect(steps.some((step) => step.startsWith("MATERIALIZE"))).toBe(accessId === 3);
  });
});
