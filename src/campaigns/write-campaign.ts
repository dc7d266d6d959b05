import { and, eq, sql } from "drizzle-orm";
import type * as z from "zod";
import type { CompanyActor } from "../auth/actor.ts";
import { campaigns } from "../db/leads/schema.ts";
import type { Tenant } from "../db/leads/tenant.ts";
import { fieldError, requireFound } from "../errors.ts";
import type { Creation } from "../http/idempotency/creation.ts";
import type { Viewer } from "../leads/scope.ts";
import { type CampaignRow, type CountedCampaign, selectCountedCampaign } from "./queries.ts";
import type { CreateCampaignBody, UpdateCampaignBody } from "./schemas.ts";

/**
 * Creates a campaign of a company.
 *
 * @param now milliseconds since 1970.
 * @throws 422 where it ends before it starts.
 */
export async function createCampaign(
  tenant: Tenant,
  seen: Viewer,
  body: z.output<typeof CreateCampaignBody>,
  now: number,
  creation: Creation,
): Promise<CountedCampaign> {
  const { starts_at: startsAt, ends_at: endsAt, ...rest } = body;
  requireOrder(startsAt, endsAt);
  const { db } = tenant;
  const newest = sql`(SELECT max(id) FROM ${campaigns})`;
  const [, [row]] = await db.batch([
    db
      .insert(campaigns)
      .values({ ...rest, companyId: seen.companyId, startsAt, endsAt, createdAt: now, updatedAt: now }),
    selectCountedCampaign(tenant, seen, newest),
    ...creation.record(db, newest),
  ]);
  return requireFound(row);
}

/**
 * Changes the fields of a campaign that are given.
 *
 * @param now milliseconds since 1970.
 * @throws 422 where it would end before it starts.
 */
export async function updateCampaign(
  tenant: Tenant,
  actor: CompanyActor,
  row: CampaignRow,
  body: z.output<typeof UpdateCampaignBody>,
  now: number,
): Promise<CountedCampaign> {
  const { starts_at: startsAt, ends_at: endsAt, ...rest } = body;
  requireOrder(startsAt === undefined ? row.startsAt : startsAt, endsAt === undefined ? row.endsAt : endsAt);
  const { db } = tenant;
  const [, [changed]] = await db.batch([
    db
      .update(campaigns)
      .set({ ...rest, startsAt, endsAt, updatedAt: now })
      .where(and(eq(campaigns.id, row.id), eq(campaigns.companyId, row.companyId))),
    selectCountedCampaign(tenant, { actor, companyId: row.companyId }, row.id),
  ]);
  return requireFound(changed);
}

function requireOrder(startsAt: number | null, endsAt: number | null): void {
  if (startsAt === null || endsAt === null || startsAt < endsAt) return;
  throw fieldError("invalid_body", "ends_at", "ends_before_start", "must be after starts_at");
}
