import { and, type Column, eq, type SQL, sql } from "drizzle-orm";
import { type AuthorIdentity, authorIdOf } from "../../auth/actor.ts";
import type { LeadsDb } from "../../db/clients.ts";
import { importMatches, leadNotes, leadStageChanges, leads, leadTags } from "../../db/leads/schema.ts";
import { movesOf } from "../../events/lead-events.ts";
import { type EventActor, recordEvent } from "../../events/record-event.ts";
import type { Creation } from "../../http/idempotency/creation.ts";
import { registerFieldsAgain } from "../custom-fields/register.ts";
import { relinkDuplicates } from "../duplicates/relink-duplicates.ts";
import { canonicalLeadOf } from "../duplicates/same-person.ts";
import { searchStatements } from "../list/search/reindex-lead.ts";
import { type LeadRow, selectLead } from "../queries.ts";
import type { MergedValues } from "./merge-values.ts";

/** What goes into one transaction. */
export interface Merge {
  /** The lead that stays, as it was read. */
  kept: LeadRow;
  /** Those that go into it, as they were read. */
  others: LeadRow[];
  values: MergedValues;
  actor: AuthorIdentity & EventActor;
  /** Milliseconds since 1970. */
  now: number;
}

/**
 * The statements of a merge, in the order in which they hold: the first lets none of the others happen unless
 * every lead is as it was read; those that go give up their keys before the one that stays takes one of them.
 *
 * @returns statements whose last one gives the lead that stays.
 */
export function mergeStatements(
  db: LeadsDb,
  { kept, others, values, actor, now }: Merge,
  creation: Creation,
) {
  const all = jsonOf([kept, ...others]);
  const going = jsonOf(others);
  const merged = others.map(({ id, assignedTo }) => [id, assignedTo]);
  const details = { merged, ...movesOf(kept, values) };
  const restaged = values.stageId !== kept.stageId;
  return [
    requireUnchanged(db, [kept, ...others]),
    // Right after the statement whose changes() it goes by.
    recordEvent(
      db,
      actor,
      { type: "lead.merged", companyId: kept.companyId, objectId: kept.id, details },
      now,
    ),
    db
      .update(leads)
      .set({ deletedAt: now, updatedAt: sql`max(${now}, ${leads.updatedAt} + 1)` })
      .where(isOneOf(leads.id, going)),
    db.insert(leadStageChanges).select(sql`
      SELECT NULL, ${leads.companyId}, ${leads.id}, ${leads.stageId}, ${values.stageId}, ${authorIdOf(actor)}, ${now}
      FROM ${leads} WHERE ${leads.id} = ${kept.id} AND ${Number(restaged)}`),
    db
      .update(leads)
      .set({
        ...values,
        // Another lead that is this person: the one that stays is a copy of it then.
        duplicateOf: canonicalLeadOf({ companyId: kept.companyId, ...values }, kept.id),
        updatedAt: Math.max(now, kept.updatedAt + 1),
      })
      .where(eq(leads.id, kept.id)),
    ...relinkDuplicates(db, all, now),
    // Restoring one of them makes a copy of the lead that has the key now, so that no other lead loses its key.
    db.update(leads).set({ duplicateOf: kept.id }).where(isOneOf(leads.id, going)),
    db.update(leadNotes).set({ leadId: kept.id }).where(isOneOf(leadNotes.leadId, going)),
    db.update(leadStageChanges).set({ leadId: kept.id }).where(isOneOf(leadStageChanges.leadId, going)),
    db
      .insert(leadTags)
      .select(sql`
        SELECT t.company_id, ${kept.id}, t.tag FROM ${leadTags} t
        WHERE t.lead_id IN (SELECT value FROM json_each(${going}))`)
      .onConflictDoNothing(),
    db.delete(leadTags).where(isOneOf(leadTags.leadId, going)),
    moveMatches(db, kept, { going, all }),
    registerFieldsAgain(db, kept.companyId, Object.keys(values.customFields ?? {}), now),
    ...searchStatements({ db }, kept.id),
    ...creation.record(db, kept.id),
    selectLead(db, kept.companyId, eq(leads.id, kept.id)),
  ] as const;
}

/** What SQLite says where a lead was not as it was read. */
export const CHANGED_SINCE = /NOT NULL constraint failed: leads\.version/;

/**
 * Raises the version of each lead, or breaks the rule that a lead has one where any of them was changed, deleted
 * or erased since it was read: the whole batch goes with it.
 */
function requireUnchanged(db: LeadsDb, rows: LeadRow[]) {
  const seen = JSON.stringify(rows.map(({ id, version, updatedAt }) => [id, version, updatedAt]));
  const unchanged = sql`(
    SELECT count(*) FROM json_each(${seen}) e
    JOIN ${leads} l ON l.id = e.value->>0 AND l.version = e.value->>1 AND l.updated_at = e.value->>2
      AND l.deleted_at IS NULL)`;
  return db
    .update(leads)
    .set({ version: sql`iif(${unchanged} = ${rows.length}, ${leads.version} + 1, NULL)` })
    .where(isOneOf(leads.id, jsonOf(rows)));
}

/**
 * An import meets a lead once: of several records of one that met these leads, the first is kept. What one of those that
 * go was before is no before-image of the one that stays.
 */
function moveMatches(db: LeadsDb, kept: LeadRow, { going, all }: { going: string; all: string }) {
  // By the matches of these leads: the primary key would lead through all of an import.
  const comesAfterAnother = sql`EXISTS (
    SELECT 1 FROM ${importMatches} o INDEXED BY import_matches_lead
    WHERE o.import_id = "import_matches"."import_id" AND o.lead_id IN (SELECT value FROM json_each(${all}))
      AND (o.lead_id = ${kept.id} OR o.record_number < "import_matches"."record_number"))`;
  return db
    .update(importMatches)
    .set({ leadId: kept.id, before: sql`iif(${importMatches.before} IS NULL, NULL, '{}')` })
    .where(and(isOneOf(importMatches.leadId, going), sql`NOT ${comesAfterAnother}`));
}

function isOneOf(column: Column, ids: string): SQL {
  return sql`${column} IN (SELECT value FROM json_each(${ids}))`;
}

function jsonOf(rows: LeadRow[]): string {
  return JSON.stringify(rows.map(({ id }) => id));
}
