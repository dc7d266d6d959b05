import { and, eq, type SQL, sql } from "drizzle-orm";
import type { CompanyActor } from "../../auth/actor.ts";
import { FIRST_STAGE, isIndexedStage, leadStageChanges, leads } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { prepared } from "../../db/prepared.ts";
import type { StageRow } from "../../stages/queries.ts";
import { visibleAssignee, visibleLeads } from "../scope.ts";
import type { Period } from "./metrics-periods.ts";

/** No index has the source, so a row is read for each lead: of more than these, the latest are counted. */
const MOST_BY_SOURCE = 10_000;

/** All time zones begin their days at one of these. */
export const QUARTER_MS = 15 * 60 * 1000;

/** What is counted: the leads that somebody sees of a company, of one campaign where one is named. */
export interface Counted {
  actor: CompanyActor;
  companyId: number;
  campaignId: number | null;
  periods: Period[];
  stages: StageRow[];
}

export interface Arrived {
  period: number;
  stage: number;
  arrived: number;
}

/** Leads of one source that arrived within a quarter of an hour: `at` is its number since 1970. */
export interface ArrivedBySource {
  at: number;
  source: string | null;
  arrived: number;
}

interface Closed {
  period: number;
  kind: "won" | "lost";
  closed: number;
}

/**
 * Counts leads by the period in which they arrived and the stage in which they are, and those that were won and
 * lost in each period, in one round trip. What is absent is none.
 *
 * @param bySource whether the latest ones are counted by source, too.
 * @returns periods as their place in `periods`, stages as their ids.
 */
export async function countLeadsByPeriod(
  tenant: Tenant,
  counted: Counted,
  bySource: boolean,
): Promise<{ arrived: Arrived[]; closed: Closed[]; sources: ArrivedBySource[] }> {
  const byStage = counted.campaignId === null;
  const arrived = byStage ? arrivedByStage(counted) : arrivedInCampaign(counted);
  const { client } = tenant;
  const [arrivals, closings, sources] = await client.batch([
    prepared(client, arrived),
    prepared(client, closedLeads(counted)),
    ...(bySource ? [prepared(client, arrivedBySource(counted))] : []),
  ]);
  const rows = (arrivals?.results ?? []) as Arrived[];
  return {
    arrived: byStage ? withInitialStage(rows) : rows,
    closed: (closings?.results ?? []) as Closed[],
    sources: (sources?.results ?? []) as ArrivedBySource[],
  };
}

/** Stands for all stages. */
const ALL_STAGES = 0;

/**
 * One range of an index for each stage and period: no row is looked at. The index is named because SQLite, which
 * knows nothing of how many leads a stage has, would as soon take another. The index of stages has no leads at the
 * stage at which they begin: what is there is what is left of all.
 */
export function arrivedByStage({ actor, companyId, periods, stages }: Counted): SQL {
  const isAgent = visibleAssignee(actor, companyId) !== null;
  const [byStage, byTime] = isAgent
    ? ["leads_company_assignee_stage", "leads_company_assignee"]
    : ["leads_company_stage", "leads_company_created"];
  const others = stages.flatMap(({ id }) => (id === FIRST_STAGE ? [] : [id]));
  const seen = sql`${visibleLeads(actor, companyId)} AND ${within(leads.createdAt)}`;
  return sql`
    SELECT p.key AS period, s.value AS stage, (
      SELECT count(*) FROM ${leads} INDEXED BY ${sql.raw(byStage)}
      WHERE ${seen} AND ${leads.stageId} = s.value AND ${isIndexedStage}
    ) AS arrived
    FROM json_each(${JSON.stringify(others)}) s, json_each(${ranges(periods)}) p
    UNION ALL
    SELECT p.key, ${sql.raw(`${ALL_STAGES}`)}, (
      SELECT count(*) FROM ${leads} INDEXED BY ${sql.raw(byTime)} WHERE ${seen})
    FROM json_each(${ranges(periods)}) p`;
}

/** Counts by stage out of those of the other stages and those of all. */
function withInitialStage(rows: Arrived[]): Arrived[] {
  const others = rows.filter(({ stage }) => stage !== ALL_STAGES);
  const left = new Map(rows.flatMap((row) => (row.stage === ALL_STAGES ? [[row.period, row.arrived]] : [])));
  for (const { period, arrived } of others) left.set(period, (left.get(period) ?? 0) - arrived);
  return [...others, ...[...left].map(([period, arrived]) => ({ period, stage: FIRST_STAGE, arrived }))];
}

/** The index of a campaign does not have the stage, so the rows of its leads are looked at. */
export function arrivedInCampaign({ actor, companyId, campaignId, periods }: Counted): SQL {
  return sql`
    SELECT p.key AS period, ${leads.stageId} AS stage, count(*) AS arrived
    FROM json_each(${ranges(periods)}) p CROSS JOIN ${leads} INDEXED BY leads_company_campaign
    WHERE ${visibleLeads(actor, companyId)} AND ${leads.campaignId} = ${campaignId} AND ${within(leads.createdAt)}
    GROUP BY p.key, ${leads.stageId}`;
}

/** Counts the latest leads by their source and the quarter of an hour in which they arrived. */
export function arrivedBySource({ actor, companyId, campaignId, periods }: Counted): SQL {
  const isAgent = visibleAssignee(actor, companyId) !== null;
  const index =
    campaignId !== null
      ? "leads_company_campaign"
      : isAgent
        ? "leads_company_assignee"
        : "leads_company_created";
  const ofCampaign = campaignId === null ? sql`` : sql`AND ${leads.campaignId} = ${campaignId}`;
  return sql`
    SELECT at, source, count(*) AS arrived FROM (
      SELECT ${leads.createdAt} / ${sql.raw(`${QUARTER_MS}`)} AS at, ${leads.source} AS source
      FROM ${leads} INDEXED BY ${sql.raw(index)}
      WHERE ${visibleLeads(actor, companyId)} ${ofCampaign}
        AND ${leads.createdAt} >= ${periods[0]?.startsAt ?? 0} AND ${leads.createdAt} < ${periods.at(-1)?.endsAt ?? 0}
      ORDER BY ${leads.createdAt} DESC LIMIT ${sql.raw(`${MOST_BY_SOURCE}`)})
    GROUP BY at, source`;
}

/** A lead that is won again in the same period is won once in it. */
export function closedLeads({ actor, companyId, campaignId, periods, stages }: Counted): SQL {
  const ofKind = (kind: StageRow["kind"]) =>
    sql`SELECT value FROM json_each(${JSON.stringify(stages.flatMap((one) => (one.kind === kind ? one.id : [])))})`;
  const to = leadStageChanges.toStageId;
  const ofCampaign = campaignId === null ? undefined : eq(leads.campaignId, campaignId);
  return sql`
    SELECT p.key AS period, iif(${to} IN (${ofKind("won")}), 'won', 'lost') AS kind,
      count(DISTINCT ${leads.id}) AS closed
    FROM json_each(${ranges(periods)}) p
    CROSS JOIN ${leadStageChanges} INDEXED BY lead_stage_changes_company
    CROSS JOIN ${leads}
    WHERE ${leadStageChanges.companyId} = ${companyId} AND ${within(leadStageChanges.changedAt)}
      AND (${to} IN (${ofKind("won")}) OR ${to} IN (${ofKind("lost")}))
      AND ${leads.id} = ${leadStageChanges.leadId} AND ${and(visibleLeads(actor, companyId), ofCampaign)}
    GROUP BY p.key, kind`;
}

function within(time: SQL | (typeof leads)["createdAt"] | (typeof leadStageChanges)["changedAt"]): SQL {
  return sql`${time} >= p.value->>0 AND ${time} < p.value->>1`;
}

function ranges(periods: Period[]): string {
  return JSON.stringify(periods.map(({ startsAt, endsAt }) => [startsAt, endsAt]));
}
