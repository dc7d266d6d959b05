import { and, inArray, isNotNull, sql } from "drizzle-orm";
import type { LeadsDb } from "../../db/clients.ts";
import { leads } from "../../db/leads/schema.ts";

/** The lead that has the key of the one that is looked at, in its company. */
export const canonicalLead = sql`(
  SELECT h.id FROM leads h
  WHERE h.company_id = "leads"."company_id" AND h.dedupe_key = "leads"."dedupe_key"
    AND h.duplicate_of IS NULL AND h.deleted_at IS NULL)`;

/**
 * Statements for the end of a batch in which leads gave up their key, by deletion or for another: of the copies
 * that point to them, the oldest takes the key's place in its company, and the others point to it, deleted
 * ones too. Where nobody has the key, nothing changes.
 *
 * @param ids JSON: the leads that gave it up. Those that still have it keep their copies.
 * @param now milliseconds since 1970.
 */
export function relinkDuplicates(db: LeadsDb, ids: string, now: number) {
  const pointing = and(
    isNotNull(leads.duplicateOf),
    sql`${leads.duplicateOf} IN (SELECT value FROM json_each(${ids}))`,
  );
  const changed = {
    version: sql`${leads.version} + 1`,
    updatedAt: sql`max(${now}, ${leads.updatedAt} + 1)`,
  };
  const oldest = db
    .select({ id: sql<number>`min(${leads.id})` })
    .from(leads)
    .where(and(pointing, sql`${leads.deletedAt} IS NULL`))
    .groupBy(leads.companyId, leads.dedupeKey);
  return [
    db
      .update(leads)
      .set({ duplicateOf: null, ...changed })
      .where(and(inArray(leads.id, oldest), sql`NOT EXISTS ${canonicalLead}`)),
    db
      .update(leads)
      .set({ duplicateOf: canonicalLead, ...changed })
      .where(and(pointing, sql`${leads.duplicateOf} <> ${canonicalLead}`)),
  ] as const;
}
