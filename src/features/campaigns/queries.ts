import { and, count, eq, sql } from "drizzle-orm";
import { campaigns, leads, questions } from "../../db/leads/schema.ts";
import { ownedBy, ownedValues, type Tenant } from "../../db/leads/tenant.ts";
import { conditions, filterValues, type ListRequest, orderBy } from "../../http/list-query.ts";

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
  questionsCount: sql<number>`(
    SELECT count(*) FROM ${questions} q
    WHERE q.company_id = "campaigns"."company_id" AND q.campaign_id = "campaigns"."id" AND NOT q.archived)`.as(
    "questions_count",
  ),
  leadsCount: sql<number>`(
    SELECT count(*) FROM ${leads} l
    WHERE l.company_id = "campaigns"."company_id" AND l.campaign_id = "campaigns"."id" AND l.deleted_at IS NULL)`.as(
    "leads_count",
  ),
};

const filterable = {
  id: campaigns.id,
  status: campaigns.status,
  name: campaigns.name,
  starts_at: campaigns.startsAt,
  ends_at: campaigns.endsAt,
  created_at: campaigns.createdAt,
};

/** The row that the view of a campaign is made of. */
export type CampaignRow = NonNullable<Awaited<ReturnType<typeof findCampaign>>>;

/** A campaign. @returns `undefined` where the tenant has none. */
export function findCampaign(tenant: Tenant, id: number) {
  return tenant.db
    .select(columns)
    .from(campaigns)
    .where(and(eq(campaigns.id, id), ownedBy(tenant, campaigns.companyId)))
    .prepare()
    .get(ownedValues(tenant));
}

/** A page of the tenant's campaigns. */
export async function listCampaigns(tenant: Tenant, request: ListRequest) {
  const where = and(ownedBy(tenant, campaigns.companyId), ...conditions(request, filterable));
  const values = { ...ownedValues(tenant), ...filterValues(request) };
  const page = tenant.db
    .select(columns)
    .from(campaigns)
    .where(where)
    .orderBy(...orderBy(request, filterable))
    .limit(request.limit)
    .offset((request.page - 1) * request.limit)
    .prepare();
  const totals = tenant.db.select({ total: count() }).from(campaigns).where(where).prepare();
  const [rows, [found]] = await Promise.all([page.all(values), totals.all(values)]);
  return { rows, total: found?.total ?? 0 };
}
