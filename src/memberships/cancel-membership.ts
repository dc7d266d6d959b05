import { and, eq, sql } from "drizzle-orm";
import { audit, type Origin } from "../audit/record.ts";
import type { DirectoryDb } from "../db/clients.ts";
import { commit, refuseUnless } from "../db/directory/commit.ts";
import { isInForce } from "../db/directory/conditions.ts";
import { companyMemberships } from "../db/directory/schema.ts";
import { AppError } from "../errors.ts";
import { tellBilling } from "./billing.ts";
import type { CompanyMembershipRow } from "./queries.ts";

/**
 * Cancels a company's membership: at the end of its period, or at once. Canceling again changes nothing, unless
 * it is at once now.
 *
 * @param present what the company has; `undefined` for none.
 * @throws 409 where the company has none.
 */
export async function cancelMembership(
  db: DirectoryDb,
  companyId: number,
  present: CompanyMembershipRow | undefined,
  immediately: boolean,
  origin: Origin,
): Promise<CompanyMembershipRow> {
  if (!present) throw new AppError("no_membership", "There is nothing to cancel.");
  if (present.attached.status === "canceling" && !immediately) return present;
  const { now } = origin;
  const { membershipId } = present.attached;
  const it = eq(companyMemberships.id, present.attached.id);
  const results: unknown[] = await commit(db, [
    refuseUnless(
      db,
      sql`EXISTS (SELECT 1 FROM ${companyMemberships} WHERE ${and(it, isInForce)})`,
      "no_membership",
    ),
    db
      .update(companyMemberships)
      .set({
        status: immediately ? "canceled" : "canceling",
        canceledAt: now,
        ...(immediately && { currentPeriodEnd: now }),
      })
      .where(it),
    tellBilling(
      db,
      {
        kind: immediately ? "canceled" : "canceling",
        companyId,
        amountCents: 0,
        currency: present.membership.currency,
      },
      now,
    ),
    audit(db, origin, {
      action: "membership.canceled",
      companyId,
      objectId: membershipId,
      details: { membership_id: membershipId, immediately },
    }),
    db.select().from(companyMemberships).where(it),
  ]);
  const [attached] = results.at(-1) as CompanyMembershipRow["attached"][];
  return { attached: attached ?? present.attached, membership: present.membership };
}
