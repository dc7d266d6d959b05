import { and, isNotNull, sql } from "drizzle-orm";
import type { LeadsDb } from "../../db/clients.ts";
import { leads } from "../../db/leads/schema.ts";
import { canonicalLead, canonicalLeadOfCopy, samePerson } from "./same-person.ts";

/**
 * Statements for the end of a batch in which leads were deleted, or became a different person. Their copies that are no
 * longer their person go to the canonical lead that is; where none is, the oldest becomes one itself, and the others
 * point to it, deleted ones too.
 *
 * @param ids JSON: the leads. Those that are the same person as before keep their copies.
 * @param now milliseconds since 1970.
 */
export function relinkDuplicates(db: LeadsDb, ids: string, now: number) {
  const pointing = and(
    isNotNull(leads.duplicateOf),
    sql`${leads.duplicateOf} IN (SELECT value FROM json_each(${ids}))`,
  );
  const strayed = sql`NOT EXISTS (
    SELECT 1 FROM leads f WHERE f.id = ${leads.duplicateOf} AND f.duplicate_of IS NULL AND f.deleted_at IS NULL
      AND ${samePerson("f", "leads")})`;
  const nobody = sql`${canonicalLead} IS NULL`;
  const oldest = sql`(
    SELECT min(c.id) FROM leads c
    WHERE c.duplicate_of = "leads"."duplicate_of" AND c.deleted_at IS NULL AND ${canonicalLeadOfCopy} IS NULL)`;
  const changed = {
    version: sql`${leads.version} + 1`,
    updatedAt: sql`max(${now}, ${leads.updatedAt} + 1)`,
  };
  return [
    db
      .update(leads)
      .set({ duplicateOf: canonicalLead, ...changed })
      .where(and(pointing, strayed, sql`${leads.duplicateOf} <> ${canonicalLead}`)),
    db
      .update(leads)
      .set({ duplicateOf: oldest, ...changed })
      .where(and(pointing, nobody, sql`${leads.id} <> ${oldest}`)),
    db
      .update(leads)
      .set({ duplicateOf: null, ...changed })
      .where(and(pointing, strayed, sql`${leads.deletedAt} IS NULL`, nobody)),
  ] as const;
}
