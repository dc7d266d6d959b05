import { and, eq, lte, sql } from "drizzle-orm";
import { commit, refuseUnless } from "../db/directory/commit.ts";
import { isInForce } from "../db/directory/conditions.ts";
import { companyMemberships } from "../db/directory/schema.ts";
import { AppError } from "../errors.ts";
import type { ScheduledRun } from "../jobs/scheduled-run.ts";
import { describeError, log } from "../log.ts";
import { tellBilling } from "./billing.ts";
import { nextPeriodEnd } from "./period.ts";
import { attached } from "./queries.ts";

/** How many a tick takes on. */
const AT_ONCE = 100;

/**
 * Renews the memberships whose period is over, and ends those that were canceled for then; by the cron. Each is a
 * transaction of its own that happens once, however many ticks meet it.
 */
export async function renewMemberships({ databases, now }: ScheduledRun): Promise<void> {
  const db = databases.directory;
  const due = await attached(db)
    .where(and(isInForce, lte(companyMemberships.currentPeriodEnd, now)))
    .limit(AT_ONCE);
  for (const { attached: present, membership } of due) {
    const { id, companyId, status, startedAt, currentPeriodEnd } = present;
    const renewed = status === "active";
    const still = and(
      eq(companyMemberships.id, id),
      eq(companyMemberships.status, status),
      eq(companyMemberships.currentPeriodEnd, currentPeriodEnd),
    );
    const change = renewed
      ? { currentPeriodEnd: nextPeriodEnd(startedAt, membership.interval, now) }
      : { status: "canceled" as const };
    const amountCents = renewed ? membership.priceCents : 0;
    const kind = renewed ? "renewed" : "canceled";
    try {
      await commit(db, [
        refuseUnless(db, sql`EXISTS (SELECT 1 FROM ${companyMemberships} WHERE ${still})`, "no_membership"),
        db.update(companyMemberships).set(change).where(still),
        tellBilling(db, { kind, companyId, amountCents, currency: membership.currency }, now),
      ]);
    } catch (error) {
      // Another tick, or its owner, was first. Anything else comes again with the next tick.
      if (error instanceof AppError) continue;
      log("error", "membership.not_renewed", { company_membership_id: id, ...describeError(error) });
    }
  }
}
