import { and, isNotNull, lte, sql } from "drizzle-orm";
import type { LeadsDb } from "../../db/clients.ts";
import {
  importMatches,
  importMovedCopies,
  keyedRequests,
  leadNotes,
  leadStageChanges,
  leads,
  leadTags,
} from "../../db/leads/schema.ts";
import { eraseAnswers } from "../../http/idempotency/erase-answers.ts";
import { relinkDuplicates } from "../duplicates/relink-duplicates.ts";
import { blankImages, blankStatements } from "./blank-statements.ts";

/**
 * Statements, for one batch, that take deleted leads out of their store with all that hangs on them: notes, tags,
 * history, which records of imports met them and what they were before that, and the answers that are kept for those who created them. Copies that
 * pointed to them point to the lead that has the key, or to none.
 *
 * @param ids which leads.
 * @param deletedBy those that were deleted later, or restored meanwhile, stay; milliseconds since 1970.
 * @param now milliseconds since 1970.
 * @param relinking statements that find the copies of these leads another one.
 */
export function eraseStatements(
  db: LeadsDb,
  ids: number[],
  deletedBy: number,
  now: number,
  relinking = relinkDuplicates(db, JSON.stringify(ids), now),
) {
  const leadIds = JSON.stringify(ids);
  const erased = and(
    sql`${leads.id} IN (SELECT value FROM json_each(${leadIds}))`,
    isNotNull(leads.deletedAt),
    lte(leads.deletedAt, deletedBy),
  );
  const ofThem = sql`IN (SELECT ${leads.id} FROM ${leads} WHERE ${erased})`;
  return [
    ...relinking,
    db
      .update(leads)
      .set({ duplicateOf: null })
      .where(and(isNotNull(leads.duplicateOf), sql`${leads.duplicateOf} ${ofThem}`)),
    // Before their notes: an answer to who wrote one is found by it.
    ...eraseAnswers(
      db,
      sql`(${keyedRequests.operation} IN ('createLead', 'mergeLeads') AND ${keyedRequests.objectId} ${ofThem})
        OR (${keyedRequests.operation} = 'createLeadNote' AND ${keyedRequests.objectId} IN (
          SELECT id FROM ${leadNotes} WHERE lead_id ${ofThem}))`,
    ),
    ...blankStatements(db, erased, ofThem),
    db.delete(leadNotes).where(sql`${leadNotes.leadId} ${ofThem}`),
    db.delete(leadTags).where(sql`${leadTags.leadId} ${ofThem}`),
    db.delete(leadStageChanges).where(sql`${leadStageChanges.leadId} ${ofThem}`),
    blankImages(db, sql`${importMatches.leadId} ${ofThem}`),
    db.delete(importMatches).where(sql`${importMatches.leadId} ${ofThem}`),
    db.delete(importMovedCopies).where(sql`${importMovedCopies.leadId} ${ofThem}`),
    db.delete(leads).where(erased).returning({ id: leads.id }),
  ] as const;
}
