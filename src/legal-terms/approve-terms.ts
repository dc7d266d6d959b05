import { eq, sql } from "drizzle-orm";
import { auditWhere, type Origin } from "../audit/record.ts";
import type { DirectoryDb } from "../db/clients.ts";
import { commit, refuseUnless } from "../db/directory/commit.ts";
import { legalApprovals, legalTerms, users } from "../db/directory/schema.ts";
import { type AppError, fieldError, refusal, requireFound } from "../errors.ts";
import { selectUsers, type UserRow } from "../users/queries.ts";
import { CURRENT_VERSION } from "./queries.ts";

/**
 * Records that a user approves a text: who, which one, when and from where, for good. A version that they have
 * approved, in whatever language, is not recorded again.
 *
 * @param text which one, and its version; that is `undefined` where there is no such text.
 * @returns the user as they are then.
 * @throws 404 where there is no such text, 409 where it is of another version than the current one.
 */
export async function approveTerms(
  db: DirectoryDb,
  origin: Origin,
  userId: number,
  { id: legalTermId, version }: { id: number; version: string | undefined },
): Promise<UserRow> {
  if (version === undefined) {
    const detail = "there is no such text; GET /legal_terms/current has the one to approve";
    throw refusal("not_found", detail, "legal_term_id");
  }
  const isNew = sql`NOT EXISTS (
    SELECT 1 FROM ${legalApprovals} la WHERE la.user_id = ${userId} AND la.version = ${version})`;
  const { now, ip, userAgent } = origin;
  const [, , , [user]] = await commit(
    db,
    [
      refuseUnless(db, sql`${CURRENT_VERSION} = ${version}`, "terms_not_current"),
      auditWhere(
        db,
        origin,
        {
          action: "user.terms_approved",
          companyId: null,
          objectId: userId,
          details: { legal_term_id: legalTermId },
        },
        isNew,
      ),
      db.insert(legalApprovals).select(
        sql`SELECT NULL, ${userId}, id, version, sha256, ${now}, ${ip}, ${userAgent}
          FROM ${legalTerms} WHERE id = ${legalTermId} AND ${isNew}`,
      ),
      selectUsers(db).where(eq(users.id, userId)),
    ],
    { terms_not_current: notCurrent },
  );
  return requireFound(user);
}

function notCurrent(): AppError {
  const detail = "show the user the text of GET /legal_terms/current and approve that";
  return fieldError("terms_not_current", "legal_term_id", "terms_not_current", detail);
}
