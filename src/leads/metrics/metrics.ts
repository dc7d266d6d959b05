import { and, eq } from "drizzle-orm";
import type * as z from "zod";
import type { CompanyActor } from "../../auth/actor.ts";
import { findCompany } from "../../companies/queries.ts";
import { addToDate, dateAt, startOfDay } from "../../cycles/zoned-time.ts";
import type { Databases, DirectoryDb } from "../../db/clients.ts";
import { campaigns, cycles } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { fieldError, notFound, requireFound } from "../../errors.ts";
import { isoTime } from "../../http/time.ts";
import { listStages } from "../../stages/queries.ts";
import { countLeadsByPeriod } from "./metrics-counts.ts";
import { groupBySource, groupByStage } from "./metrics-groups.ts";
import { periodsOf } from "./metrics-periods.ts";
import type { LeadMetrics, MetricsQuery } from "./metrics-schemas.ts";

const DAYS_SHOWN = 30;

interface Range {
  from: number;
  to: number;
}

/**
 * Measures the leads that somebody sees of a company: how many arrived in a time, in which stages these are now,
 * and how many arrived, were won and were lost in each period of it.
 *
 * @param now milliseconds since 1970.
 * @throws 400 where the time ends before it begins or has too many periods, 404 for a campaign or a cycle that the
 * company does not have.
 */
export async function measureLeads(
  databases: Databases,
  { actor, companyId, tenant }: { actor: CompanyActor; companyId: number; tenant: Tenant },
  query: z.output<typeof MetricsQuery>,
  now: number,
): Promise<z.input<typeof LeadMetrics>> {
  const campaignId = query.campaign_id ?? null;
  const [timezone, stages, cycle] = await Promise.all([
    timezoneOf(databases.directory, actor, companyId),
    listStages(databases.directory),
    query.cycle_id === undefined ? null : timeOfCycle(tenant, companyId, query.cycle_id),
    campaignId === null ? null : requireCampaign(tenant, companyId, campaignId),
  ]);
  const range = cycle ?? rangeOf(query, timezone, now);
  if (cycle && (query.from ?? query.to) !== undefined) {
    const detail = "comes in place of from and to, not with them";
    throw fieldError("invalid_parameter", "cycle_id", "custom", detail);
  }
  if (range.to <= range.from) {
    throw fieldError("invalid_parameter", "to", "custom", "must be after from");
  }
  const periods = periodsOf(range.from, range.to, query.interval, timezone);
  const counted = { actor, companyId, campaignId, periods, stages };
  const isBySource = query.group_by === "source";
  const { arrived, closed, sources } = await countLeadsByPeriod(tenant, counted, isBySource);

  const byStage = stages.map(({ id, name, key, kind }) => ({
    stage: { id, name, key, kind },
    count: sum(arrived.filter(({ stage }) => stage === id).map((one) => one.arrived)),
  }));
  const overTime = periods.map(({ date }) => ({ period: date, arrived: 0, won: 0, lost: 0 }));
  for (const one of arrived) at(overTime, one.period).arrived += one.arrived;
  for (const one of closed) at(overTime, one.period)[one.kind] += one.closed;
  return {
    from: isoTime(range.from),
    to: isoTime(range.to),
    interval: query.interval,
    timezone,
    total: sum(byStage.map(({ count }) => count)),
    by_stage: byStage,
    over_time: overTime,
    grouped: isBySource
      ? groupBySource(sources, periods)
      : query.group_by === "stage"
        ? groupByStage(arrived, stages, periods)
        : null,
  };
}

/** The time zone of a company: it comes with the caller's grant there, which an operator has not. */
async function timezoneOf(directory: DirectoryDb, actor: CompanyActor, companyId: number): Promise<string> {
  const known = actor.grants.get(companyId)?.timezone;
  return known ?? requireFound(await findCompany(directory, companyId)).timezone;
}

function rangeOf(
  { from, to }: { from?: string | undefined; to?: string | undefined },
  timezone: string,
  now: number,
): Range {
  const end =
    to === undefined ? now : isDay(to) ? startOfDay(addToDate(to, 1, "day"), timezone) : Date.parse(to);
  if (from !== undefined)
    return { from: isDay(from) ? startOfDay(from, timezone) : Date.parse(from), to: end };
  // The last instant of the range is of its last day.
  const lastDay = dateAt(end - 1, timezone);
  return { from: startOfDay(addToDate(lastDay, 1 - DAYS_SHOWN, "day"), timezone), to: end };
}

function isDay(text: string): boolean {
  return text.length === "2026-03-01".length;
}

async function timeOfCycle(tenant: Tenant, companyId: number, id: number): Promise<Range> {
  const cycle = await tenant.db
    .select({ from: cycles.startsAt, to: cycles.endsAt })
    .from(cycles)
    .where(and(eq(cycles.id, id), eq(cycles.companyId, companyId)))
    .get();
  if (!cycle) throw notFound("cycle_id");
  return cycle;
}

async function requireCampaign(tenant: Tenant, companyId: number, id: number): Promise<void> {
  const campaign = await tenant.db
    .select({ id: campaigns.id })
    .from(campaigns)
    .where(and(eq(campaigns.id, id), eq(campaigns.companyId, companyId)))
    .get();
  if (!campaign) throw notFound("campaign_id");
}

function at<T>(list: T[], index: number): T {
  const row = list[index];
  if (row === undefined) throw new Error(`no period ${index}`);
  return row;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
