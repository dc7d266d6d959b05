import { and, eq, type SQL, sql } from "drizzle-orm";
import type { CompanyActor } from "../auth/actor.ts";
import { campaignCounts, campaigns, leads, questions } from "../db/leads/schema.ts";
import { ownedBy, ownedValues, type Tenant } from "../db/leads/tenant.ts";
import type { ListRequest } from "../http/lists/list-query.ts";
import { ONE, readPage } from "../http/lists/read-page.ts";
import { type Viewer, visibleAssignee, visibleLeads } from "../leads/scope.ts";

const columns = {
  id: campaigns.id,
  companyId: campaigns.companyId,
  name: campaigns.name,
  description: campaigns.description,
  status: campaigns.status,
  startsAt: campaigns.startsAt,
  endsAt: campaigns.endsAt,
  createdAt: campaigns.createdAt,
  updatedAt: campaigns.updatedAt,
};

/** What a campaign counts: of its leads those that the caller sees. */
function counts(actor: CompanyActor, companyId: number) {
  const assignee = visibleAssignee(actor, companyId);
  return countsOf(assignee === null ? allLeads : ownLeads(visibleLeads(actor, companyId)));
}

function countsOf(leadsCount: SQL<number>) {
  return {
    questionsCount: sql<number>`(
      SELECT count(*) FROM ${questions} q
      WHERE q.company_id = "campaigns"."company_id" AND q.campaign_id = "campaigns"."id" AND NOT q.archived)`.as(
      "questions_count",
    ),
    leadsCount: leadsCount.as("leads_count"),
  };
}

const allLeads = sql<number>`coalesce((
  SELECT n.leads FROM ${campaignCounts} n WHERE n.campaign_id = "campaigns"."id"), 0)`;

/** The leads of one person are few beside those of a campaign: they are gone through, and once for all campaigns. */
function ownLeads(seen: SQL) {
  return sql<number>`coalesce((
    WITH own AS MATERIALIZED (
      SELECT campaign_id, count(*) AS leads FROM ${leads} INDEXED BY leads_company_assignee
      WHERE ${seen} GROUP BY +campaign_id)
    SELECT own.leads FROM own WHERE own.campaign_id = "campaigns"."id"), 0)`;
}

const filterable = {
  id: campaigns.id,
  status: campaigns.status,
  name: campaigns.name,
  starts_at: campaigns.startsAt,
  ends_at: campaigns.endsAt,
  created_at: campaigns.createdAt,
};

/** A campaign without what it counts. */
export type CampaignRow = NonNullable<Awaited<ReturnType<typeof findCampaign>>>;

/** The row that the view of a campaign is made of. */
export type CountedCampaign = NonNullable<Awaited<ReturnType<typeof countCampaign>>>;

/** A campaign. @returns `undefined` where the tenant has none. */
export function findCampaign(tenant: Tenant, id: number) {
  return tenant.db
    .select(columns)
    .from(campaigns)
    .where(and(eq(campaigns.id, id), ownedBy(tenant, campaigns.companyId)))
    .prepare()
    .get(ownedValues(tenant));
}

/** A campaign with all that it has counted. @returns `undefined` where the tenant has none. */
export function findCountedCampaign(tenant: Tenant, id: number) {
  return tenant.db
    .select({ ...columns, ...countsOf(allLeads) })
    .from(campaigns)
    .where(and(eq(campaigns.id, id), ownedBy(tenant, campaigns.companyId)))
    .prepare()
    .get(ownedValues(tenant));
}

/** A campaign of a company with what the caller sees counted. @returns `undefined` where the tenant has none. */
export function countCampaign(tenant: Tenant, { actor, companyId }: Viewer, id: number) {
  return tenant.db
    .select({ ...columns, ...counts(actor, companyId) })
    .from(campaigns)
    .where(and(eq(campaigns.id, id), ownedBy(tenant, campaigns.companyId)))
    .prepare()
    .get(ownedValues(tenant));
}

/** The same for the batch that writes it. @param id an expression where it is known only there. */
export function selectCountedCampaign({ db }: Tenant, { actor, companyId }: Viewer, id: SQL | number) {
  return db
    .select({ ...columns, ...counts(actor, companyId) })
    .from(campaigns)
    .where(and(eq(campaigns.id, id), eq(campaigns.companyId, companyId)));
}

/** A page of the campaigns of a company, with what the caller sees counted. */
export function listCampaigns(tenant: Tenant, { actor, companyId }: Viewer, request: ListRequest) {
  return readPage(tenant.db, request, filterable, {
    rows: tenant.db.select({ ...columns, ...counts(actor, companyId) }).from(campaigns),
    counted: tenant.db.select(ONE).from(campaigns),
    where: [ownedBy(tenant, campaigns.companyId)],
    values: ownedValues(tenant),
  });
}
