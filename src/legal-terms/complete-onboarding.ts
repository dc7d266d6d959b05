import { and, eq, isNull, sql } from "drizzle-orm";
import { auditWhere, type Origin } from "../audit/record.ts";
import type { DirectoryDb } from "../db/clients.ts";
import { commit, refuseUnless } from "../db/directory/commit.ts";
import { legalApprovals, legalTerms, users } from "../db/directory/schema.ts";
import { requireFound } from "../errors.ts";
import { selectUsers, type UserRow } from "../users/queries.ts";
import { CURRENT_VERSION } from "./queries.ts";

/**
 * Ends a user's onboarding; the first time is the one that stays.
 *
 * @returns the user as they are then.
 * @throws 409 while the user has not approved the current terms, where the installation has any.
 */
export async function completeOnboarding(db: DirectoryDb, origin: Origin, userId: number): Promise<UserRow> {
  const mayEnd = sql`NOT EXISTS (SELECT 1 FROM ${legalTerms}) OR EXISTS (
    SELECT 1 FROM ${legalApprovals} WHERE user_id = ${userId} AND version = ${CURRENT_VERSION})`;
  const isFirst = sql`EXISTS (
    SELECT 1 FROM ${users} WHERE id = ${userId} AND onboarding_completed_at IS NULL)`;
  const [, , , [user]] = await commit(db, [
    refuseUnless(db, mayEnd, "terms_not_approved"),
    auditWhere(
      db,
      origin,
      { action: "user.onboarding_completed", companyId: null, objectId: userId },
      isFirst,
    ),
    db
      .update(users)
      .set({ onboardingCompletedAt: origin.now, updatedAt: origin.now })
      .where(and(eq(users.id, userId), isNull(users.onboardingCompletedAt))),
    selectUsers(db).where(eq(users.id, userId)),
  ]);
  return requireFound(user);
}
