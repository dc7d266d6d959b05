import { eq, sql } from "drizzle-orm";
import type { DirectoryDb } from "../db/clients.ts";
import { legalApprovals, legalTerms, users } from "../db/directory/schema.ts";

/** The version that counts: the one that was published last. `NULL` in an installation without terms. */
export const CURRENT_VERSION = sql`(
  SELECT version FROM ${legalTerms} ORDER BY published_at DESC, id DESC LIMIT 1)`;

/** The row that the view of a text is made of. */
export type LegalTermRow = NonNullable<Awaited<ReturnType<typeof findLegalTerm>>>;

/** A text of whatever version. @param userId who asks; `null` for a caller who is not signed in. */
export function findLegalTerm(db: DirectoryDb, id: number, userId: number | null) {
  return select(db, userId).where(eq(legalTerms.id, id)).get();
}

/** The version of a text. @returns `undefined` where there is none. */
export function findVersion(db: DirectoryDb, id: number) {
  return db.select({ version: legalTerms.version }).from(legalTerms).where(eq(legalTerms.id, id)).get();
}

/**
 * A text of the current version, in the language wanted or else in English or else in any.
 *
 * @param locale by default the caller's.
 * @returns `undefined` in an installation without terms.
 */
export function findCurrentTerm(
  db: DirectoryDb,
  locale: LegalTermRow["locale"] | undefined,
  userId: number | null,
) {
  const wanted = locale ?? sql`(SELECT locale FROM ${users} WHERE id = ${userId})`;
  return select(db, userId)
    .where(eq(legalTerms.version, CURRENT_VERSION))
    .orderBy(
      sql`${legalTerms.locale} IS ${wanted} DESC`,
      sql`${legalTerms.locale} = 'en' DESC`,
      legalTerms.id,
    )
    .limit(1)
    .get();
}

/** The texts of a version. */
export function listTexts(db: DirectoryDb, version: string, userId: number) {
  return select(db, userId).where(eq(legalTerms.version, version)).orderBy(legalTerms.id);
}

function select(db: DirectoryDb, userId: number | null) {
  return db
    .select({
      id: legalTerms.id,
      version: legalTerms.version,
      locale: legalTerms.locale,
      title: legalTerms.title,
      body: legalTerms.body,
      sha256: legalTerms.sha256,
      publishedAt: legalTerms.publishedAt,
      approved:
        userId === null
          ? sql<null>`NULL`.as("approved")
          : sql<number>`EXISTS (
              SELECT 1 FROM ${legalApprovals} la
              WHERE la.user_id = ${userId} AND la.version = "legal_terms"."version")`.as("approved"),
    })
    .from(legalTerms);
}
