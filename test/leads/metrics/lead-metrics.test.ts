import { env } from "cloudflare:test";
import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import type { UserActor } from "../../../src/auth/actor.ts";
import { Grants } from "../../../src/auth/grants.ts";
import { openLeads } from "../../../src/db/clients.ts";
import { cycles, leadStageChanges } from "../../../src/db/leads/schema.ts";
import { arrivedByStage, arrivedInCampaign, closedLeads } from "../../../src/leads/metrics/metrics-counts.ts";
import { periodsOf } from "../../../src/leads/metrics/metrics-periods.ts";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import {
  createCampaign,
  createCompany,
  createUser,
  type TestCompany,
  type TestUser,
} from "../../harness/factories.ts";
import { createLead } from "../../harness/leads.ts";

const [WON, LOST] = [6, 7];

let company: TestCompany;
let viewer: TestUser;
let agent: TestUser;
let campaign: { id: number };

const measure = (query: string, token = viewer.token, at = company) =>
  call(`/companies/${at.id}/leads/metrics?${query}`, { token });
const metricsOf = async (query: string, token?: string) => (await bodyOf(measure(query, token))).metrics;
const nonZero = (rows: { count: number; stage: { key: string } }[]) =>
  Object.fromEntries(rows.filter(({ count }) => count > 0).map(({ count, stage }) => [stage.key, count]));

async function move(at: TestCompany, leadId: number, toStageId: number, time: string): Promise<void> {
  await openLeads(at.database)
    .insert(leadStageChanges)
    .values({ companyId: at.id, leadId, fromStageId: 1, toStageId, changedAt: Date.parse(time) });
}

beforeAll(async () => {
  company = await createCompany();
  const other = await createCompany();
  viewer = await createUser({ access: [{ company, role: "viewer" }] });
  agent = await createUser({ access: [{ company, role: "agent" }] });
  campaign = await createCampaign(company);
  // The company's days begin at 06:00 in UTC.
  await env.DIRECTORY.prepare("UPDATE companies SET timezone = ? WHERE id = ?")
    .bind("America/Mexico_City", company.id)
    .run();
  const arrive = (time: string, differs: Parameters<typeof createLead>[1] = {}, at = company) =>
    createLead(at, { createdAt: Date.parse(time), ...differs });
  await arrive("2026-03-02T05:59:59.999Z");
  const first = await arrive("2026-03-02T06:00:00.000Z", { stageId: WON, assignedTo: agent.id });
  const second = await arrive("2026-03-04T12:00:00.000Z", { stageId: LOST, campaignId: campaign.id });
  await arrive("2026-03-04T13:00:00.000Z", { campaignId: campaign.id, assignedTo: agent.id });
  const deleted = await arrive("2026-03-04T14:00:00.000Z", { stageId: WON, deletedAt: 1 });
  const foreign = await arrive("2026-03-04T14:00:00.000Z", { stageId: WON }, other);
  await arrive("2026-03-09T06:00:00.000Z");

  await move(company, first.id, WON, "2026-03-03T12:00:00Z");
  await move(company, first.id, 2, "2026-03-03T13:00:00Z");
  await move(company, first.id, WON, "2026-03-03T14:00:00Z");
  await move(company, first.id, WON, "2026-03-05T14:00:00Z");
  await move(company, second.id, LOST, "2026-03-05T14:00:00Z");
  await move(company, deleted.id, WON, "2026-03-05T14:00:00Z");
  await move(other, foreign.id, WON, "2026-03-05T14:00:00Z");
});

describe("metrics of leads", () => {
  test("count days of the company's time zone, and each lead once in each", async () => {
    const metrics = await metricsOf("from=2026-03-02&to=2026-03-05");
    expect(metrics).toMatchObject({
      from: "2026-03-02T06:00:00.000Z",
      to: "2026-03-06T06:00:00.000Z",
      interval: "day",
      timezone: "America/Mexico_City",
      total: 3,
    });
    expect(nonZero(metrics.by_stage)).toEqual({ new: 1, won: 1, lost: 1 });
    expect(metrics.by_stage).toHaveLength(7);
    expect(metrics.over_time).toEqual([
      { period: "2026-03-02", arrived: 1, won: 0, lost: 0 },
      { period: "2026-03-03", arrived: 0, won: 1, lost: 0 },
      { period: "2026-03-04", arrived: 2, won: 0, lost: 0 },
      { period: "2026-03-05", arrived: 0, won: 1, lost: 1 },
    ]);
  });

  test("count weeks from Monday and months, cut to the range", async () => {
    const weeks = await metricsOf("from=2026-02-25&to=2026-03-09&interval=week");
    expect(weeks.over_time).toEqual([
      { period: "2026-02-23", arrived: 1, won: 0, lost: 0 },
      { period: "2026-03-02", arrived: 3, won: 1, lost: 1 },
      { period: "2026-03-09", arrived: 1, won: 0, lost: 0 },
    ]);
    const months = await metricsOf("from=2026-02-01T00:00:00Z&to=2026-03-04T13:00:00Z&interval=month");
    expect(months.over_time).toEqual([
      { period: "2026-01-01", arrived: 0, won: 0, lost: 0 },
      { period: "2026-02-01", arrived: 0, won: 0, lost: 0 },
      { period: "2026-03-01", arrived: 3, won: 1, lost: 0 },
    ]);
  });

  test("are an agent's of the leads assigned to them alone", async () => {
    const metrics = await metricsOf("from=2026-03-01&to=2026-03-31&interval=month", agent.token);
    expect(metrics.over_time).toEqual([{ period: "2026-03-01", arrived: 2, won: 1, lost: 0 }]);
    expect(nonZero(metrics.by_stage)).toEqual({ new: 1, won: 1 });
  });

  test("are of one campaign where it is named", async () => {
    const query = `from=2026-03-01&to=2026-03-31&interval=month&campaign_id=${campaign.id}`;
    const metrics = await metricsOf(query);
    expect(metrics.over_time).toEqual([{ period: "2026-03-01", arrived: 2, won: 0, lost: 1 }]);
    expect(nonZero(metrics.by_stage)).toEqual({ new: 1, lost: 1 });
    expect(await metricsOf(query, agent.token)).toMatchObject({ total: 1 });
  });

  test("take the time of a cycle", async () => {
    const times = {
      startsAt: Date.parse("2026-03-04T12:30:00Z"),
      endsAt: Date.parse("2026-03-09T06:00:00Z"),
    };
    const [cycle] = await openLeads(company.database)
      .insert(cycles)
      .values({ companyId: company.id, name: "March", createdAt: 1, updatedAt: 1, ...times })
      .returning();
    const metrics = await metricsOf(`cycle_id=${cycle?.id}&interval=week`);
    expect(metrics).toMatchObject({
      from: "2026-03-04T12:30:00.000Z",
      to: "2026-03-09T06:00:00.000Z",
      total: 1,
    });
    const problem = await problemOf(measure(`cycle_id=${cycle?.id}&from=2026-03-01`), 400);
    expect(problem.errors).toMatchObject([{ pointer: "/cycle_id" }]);
  });

  test("are of the last 30 days where nothing is said", async () => {
    await createLead(company, {});
    const metrics = await metricsOf("");
    expect(metrics.over_time).toHaveLength(30);
    expect(metrics.over_time.at(-1)).toMatchObject({ arrived: 1 });
    expect(Date.parse(metrics.to)).toBeGreaterThan(Date.now() - 60_000);
  });

  test.each([
    ["from=2026-03-05&to=2026-03-04", "/to"],
    ["from=2024-01-01&to=2026-01-01", "/from"],
    ["from=1970-01-01&to=2099-12-31&interval=month", "/from"],
    ["from=0001-01-01", "/from"],
    ["from=2026-13-01", "/from"],
    ["interval=year", "/interval"],
    ["campaign_id=x", "/campaign_id"],
    ["stage_eq=1", "/stage_eq"],
  ])("refuse %s", async (query, pointer) => {
    const { errors } = await problemOf(measure(query), 400);
    expect(errors).toMatchObject([{ pointer }]);
  });

  test("do not tell another company's campaigns and cycles from none", async () => {
    const rival = await createCompany();
    const { id } = await createCampaign(rival);
    for (const query of [`campaign_id=${id}`, "cycle_id=999999"]) {
      const { errors } = await problemOf(measure(query), 404);
      expect(errors).toMatchObject([{ pointer: `/${query.split("=")[0]}` }]);
    }
    await problemOf(measure("", viewer.token, rival), 404);
  });
});

test("400 periods are counted, and a day that a time zone left out is none of them", () => {
  expect(periodsOf(Date.parse("2025-01-01"), Date.parse("2026-02-05"), "day", "UTC")).toHaveLength(400);
  const apia = periodsOf(
    Date.parse("2011-12-29T10:00:00Z"),
    Date.parse("2012-01-01T00:00:00Z"),
    "day",
    "Pacific/Apia",
  );
  expect(apia.map(({ date }) => date)).toEqual(["2011-12-29", "2011-12-31", "2012-01-01"]);
  for (const [index, { startsAt }] of apia.entries()) {
    if (index > 0) expect(startsAt).toBe(apia[index - 1]?.endsAt);
  }
});

test.each(["all leads", "an agent's"])("the counts of %s come from the indexes", async (whose) => {
  const accessId = whose === "all leads" ? 4 : 3;
  const grants = new Grants(env.DIRECTORY, agent.id);
  grants.add([company.id], [[company.id, "", 0, accessId, "UTC"]]);
  const actor: UserActor = {
    kind: "user",
    session: "session",
    tokenExpiresAt: 0,
    userId: agent.id,
    fullName: "",
    email: "",
    emailConfirmed: true,
    operator: false,
    grants,
    roots: [],
  };
  const counted = {
    actor,
    companyId: company.id,
    campaignId: campaign.id,
    periods: [{ date: "2026-03-01", startsAt: 0, endsAt: 1 }],
    stages: [{ id: 1, name: "New", key: "new", kind: "initial", position: 1 } as const],
  };
  const planOf = async (statement: ReturnType<typeof arrivedByStage>) => {
    const steps = await openLeads(company.database).all<{ detail: string }>(
      sql`EXPLAIN QUERY PLAN ${statement}`,
    );
    return steps.map(({ detail }) => detail).filter((detail) => /lead/.test(detail));
  };
  const own = accessId === 3 ? "assignee_stage (company_id=? AND assigned_to=?" : "stage (company_id=?";
  const all = accessId === 3 ? "assignee (company_id=? AND assigned_to=?" : "created (company_id=?";
  expect(await planOf(arrivedByStage(counted))).toEqual([
    `SEARCH leads USING INDEX leads_company_${own} AND stage_id=? AND created_at>? AND created_at<?)`,
    `SEARCH leads USING INDEX leads_company_${all} AND created_at>? AND created_at<?)`,
  ]);
  expect(await planOf(arrivedInCampaign(counted))).toEqual([
    "SEARCH leads USING INDEX leads_company_campaign (company_id=? AND campaign_id=? AND created_at>? AND created_at<?)",
  ]);
  expect(await planOf(closedLeads(counted))).toEqual([
    "SEARCH lead_stage_changes USING INDEX lead_stage_changes_company (company_id=? AND changed_at>? AND changed_at<?)",
    "SEARCH leads USING INTEGER PRIMARY KEY (rowid=?)",
  ]);
});
