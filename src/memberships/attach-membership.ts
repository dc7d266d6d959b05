import { and, eq, sql } from "drizzle-orm";
import { audit, type Origin } from "../audit/record.ts";
import type { DirectoryDb } from "../db/clients.ts";
import { commit } from "../db/directory/commit.ts";
import { isInForce } from "../db/directory/conditions.ts";
import { companyMemberships } from "../db/directory/schema.ts";
import { fieldError, notFound, requireFound } from "../errors.ts";
import type { Creation } from "../http/idempotency/creation.ts";
import { tellBilling } from "./billing.ts";
import { periodEnd } from "./period.ts";
import type { CompanyMembershipRow, MembershipRow } from "./queries.ts";

/**
 * Gives a company a membership, from now on. The one that it had ends now and stays in the history; of several
 * requests at once the last one counts, and never two.
 *
 * @param membership of the catalogue; `undefined` where there is none.
 * @throws 404 for a membership that there is not, 422 for one that is no longer offered.
 */
export async function attachMembership(
  db: DirectoryDb,
  companyId: number,
  membership: MembershipRow | undefined,
  origin: Origin,
  creation: Creation,
): Promise<CompanyMembershipRow> {
  if (!membership) throw notFound("membership_id");
  if (!membership.active) {
    throw fieldError("invalid_body", "membership_id", "not_offered", "is no longer offered");
  }
  const { now } = origin;
  const { id: membershipId, priceCents: amountCents, currency, interval } = membership;
  const newest = sql`(SELECT max(id) FROM ${companyMemberships})`;
  const results: unknown[] = await commit(db, [
    db
      .update(companyMemberships)
      .set({ status: "canceled", canceledAt: now })
      .where(and(eq(companyMemberships.companyId, companyId), isInForce)),
    db.insert(companyMemberships).values({
      companyId,
      membershipId,
      status: "active",
      startedAt: now,
      currentPeriodEnd: periodEnd(now, interval, 1),
    }),
    tellBilling(db, { kind: "attached", companyId, amountCents, currency }, now),
    audit(db, origin, {
      action: "membership.attached",
      companyId,
      objectId: membershipId,
      details: { membership_id: membershipId },
    }),
    ...creation.record(db, newest),
    db.select().from(companyMemberships).where(eq(companyMemberships.id, newest)),
  ]);
  const [attached] = results.at(-1) as CompanyMembershipRow["attached"][];
  return { attached: requireFound(attached), membership };
}
