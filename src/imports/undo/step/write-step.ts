import { eq, type SQL, sql } from "drizzle-orm";
import { authorOf } from "../../../auth/api-keys/ids.ts";
import type { LeadsDb } from "../../../db/clients.ts";
import { importSpared, importUndos, leads } from "../../../db/leads/schema.ts";
import type { Tenant } from "../../../db/leads/tenant.ts";
import { prepared } from "../../../db/prepared.ts";
import { recordEvent } from "../../../events/record-event.ts";
import type { UndoneLeads } from "../../../events/stored-events.ts";
import { renew } from "../../../jobs/lease.ts";
import { registerFieldsAgain } from "../../../leads/custom-fields/register.ts";
import { relinkDuplicates } from "../../../leads/duplicates/relink-duplicates.ts";
import { eraseStatements } from "../../../leads/erase/erase-statements.ts";
import { indexAgain } from "../../../leads/list/search/reindex-lead.ts";
import { Superseded } from "../../pipeline/superseded.ts";
import { removeImages } from "../purge-images.ts";
import { erasesFromImages, type Undo, type UndoPorts } from "../undo-state.ts";
import type { UndoDecisions } from "./decide-step.ts";
import { type Conflicts, changesKeys, identityVersion } from "./find-conflicts.ts";
import type { MovedCopy, UndoStep } from "./read-step.ts";
import { restoreStatements } from "./restore-statements.ts";

/** Something that gives SQL, such as a query of drizzle's. */
interface Written {
  getSQL(): SQL;
}

/**
 * Takes back the records of a step, in one transaction: leads with all that hangs on them, counts, what is listed,
 * and the checkpoint. Its first statement breaks a constraint, and the batch with it, where another delivery has done
 * the step, or a lead was changed since it was read: a record is taken back once, and never over somebody's change.
 *
 * @throws {Superseded} where nothing was written, and the step is to be read again.
 */
export async function writeStep(
  { tenant, lease, now }: UndoPorts,
  undo: Undo,
  step: UndoStep,
  conflicts: Conflicts,
  decisions: UndoDecisions,
): Promise<void> {
  const { client, db } = tenant;
  const { importId, companyId } = undo;
  const { deleted, restored, spared, returned } = decisions;
  const live = returned.filter(({ deletedAt }) => deletedAt === null);
  const merged = returned.filter(({ deletedAt }) => deletedAt !== null);
  const at = now();
  const more = (column: string, count: number) => sql`${sql.identifier(column)} + ${count}`;
  const statements = (all: readonly Written[]) => all.map((one) => prepared(client, one.getSQL()));
  try {
    await client.batch([
      prepared(client, assertUnchanged(undo, decisions, conflicts)),
      ...statements(
        removeLeads(
          tenant,
          deleted.map(({ id }) => id),
          at,
        ),
      ),
      // Before their leads get the external ids that the copies have, too.
      ...statements(returnCopies(importId, step, live)),
      ...restoreStatements(client, { importId, companyId, writtenAt: step.writtenAt }, restored),
      ...statements(followRestored(tenant, companyId, decisions, at)),
      // After the others are relinked: what was merged need not have a key of its lead.
      ...statements(returnCopies(importId, step, merged)),
      ...statements([recordStep(db, undo, decisions, at)]),
      ...statements(removeImages(db, importId, step)),
      ...statements(listOutcomes(importId, decisions)),
      ...statements([
        db
          .update(importUndos)
          .set({
            nextRecord: step.from - 1,
            deletedRecords: more("deleted_records", deleted.length),
            restoredRecords: more("restored_records", restored.length),
            sparedRecords: more("spared_records", spared.length),
            movedAt: at,
            leasedUntil: renew(importUndos, lease, at),
          })
          .where(eq(importUndos.id, undo.id)),
      ]),
    ]);
  } catch (error) {
    if (error instanceof Error && error.message.includes("constraint failed: import_undos.next_record")) {
      throw new Superseded(error.message);
    }
    throw error;
  }
}

/**
 * Lets the batch fail where the checkpoint, a lead that is taken back or the keys of the company are others by now, and
 * where a person is being erased from what leads were.
 */
function assertUnchanged(
  undo: Undo,
  { deleted, restored, returned }: UndoDecisions,
  { version }: Conflicts,
): SQL {
  const seen = JSON.stringify(
    [...deleted, ...restored, ...returned].map((lead) => [
      lead.id,
      lead.version,
      lead.updatedAt,
      lead.deletedAt,
    ]),
  );
  const changed = sql`SELECT 1 FROM json_each(${seen}) e LEFT JOIN leads l ON l.id = e.value->>0
    WHERE l.version IS NOT e.value->>1 OR l.updated_at IS NOT e.value->>2
      OR l.deleted_at IS NOT e.value->>3`;
  const erases = restored.length === 0 ? sql`0` : erasesFromImages(undo.companyId);
  const moved = version === null ? sql`0` : sql`${identityVersion(undo.companyId)} <> ${version}`;
  return sql`UPDATE import_undos SET next_record = iif(
      next_record = ${undo.nextRecord} AND finished_at IS NULL AND NOT EXISTS (${changed}) AND NOT ${moved}
        AND NOT ${erases},
      next_record, NULL)
    WHERE id = ${undo.id}`;
}

/**
 * Takes leads out of the store with all that hangs on them. Their copies are of another lead from then on, which counts
 * as no change: the undo of their own import still takes them back.
 */
function removeLeads({ db }: Tenant, ids: number[], now: number): Written[] {
  if (ids.length === 0) return [];
  return [
    db
      .update(leads)
      .set({ deletedAt: now })
      .where(sql`${leads.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`),
    ...eraseStatements(db, ids, now, now),
  ];
}

/** Gives copies back to their leads, with version and time of the last change. */
function returnCopies(importId: number, { from, to }: UndoStep, returned: readonly MovedCopy[]): Written[] {
  if (returned.length === 0) return [];
  const ids = JSON.stringify(returned.map(({ id }) => id));
  return [
    sql`UPDATE leads SET duplicate_of = m.duplicate_of, version = m.version, updated_at = m.updated_at
      FROM import_moved_copies m
      WHERE m.import_id = ${importId} AND m.record_number BETWEEN ${from} AND ${to} AND m.lead_id = leads.id
        AND leads.id IN (SELECT value FROM json_each(${ids}))`,
  ];
}

/** What follows from other values of leads: whose copies they have, the register of fields and the index of words. */
function followRestored(
  { db }: Tenant,
  companyId: number,
  { restored, returned }: UndoDecisions,
  now: number,
): Written[] {
  if (restored.length === 0) return [];
  const idsOf = (some: readonly { id: number }[]) => JSON.stringify(some.map(({ id }) => id));
  const moved = restored.filter(({ image }) => changesKeys(image));
  const names = new Set(restored.flatMap(({ image }) => namesIn(image.custom_fields)));
  return [
    ...(moved.length > 0 ? relinkDuplicates(db, idsOf([...moved, ...returned]), now) : []),
    ...(names.size > 0 ? [registerFieldsAgain(db, companyId, [...names], now)] : []),
    ...indexAgain(sql`SELECT value FROM json_each(${idsOf(restored)})`),
  ];
}

function namesIn(customFields: unknown): string[] {
  return typeof customFields === "string" ? Object.keys(JSON.parse(customFields) as object) : [];
}

/** One row for a step: its leads are gone afterwards, or no longer known as those that the import has updated. */
function recordStep(db: LeadsDb, undo: Undo, { deleted, restored }: UndoDecisions, now: number) {
  const details: UndoneLeads = {
    deleted: deleted.map(({ id }) => id),
    restored: restored.map(({ id, image }) => [
      id,
      Object.keys(image).filter((name) => name !== "version" && name !== "updated_at"),
      (image.stage_id as number | undefined) ?? null,
    ]),
  };
  const { companyId, importId: objectId } = undo;
  const actor = authorOf(undo.requestedBy);
  const rows = sql`WHERE ${deleted.length + restored.length > 0}`;
  return recordEvent(db, actor, { type: "import.undo_step", companyId, objectId, details }, now, rows);
}

/** From then on the import has not updated the leads that are restored, and those that are spared are listed. */
function listOutcomes(importId: number, { restored, spared }: UndoDecisions): Written[] {
  const records = JSON.stringify(restored.map(({ record }) => record));
  const rows = JSON.stringify(spared.map(({ record, id, reason }) => [record, id, reason]));
  return [
    ...(restored.length > 0
      ? [
          sql`DELETE FROM import_matches
            WHERE import_id = ${importId} AND record_number IN (SELECT value FROM json_each(${records}))`,
        ]
      : []),
    ...(spared.length > 0
      ? [
          sql`INSERT INTO ${importSpared} (import_id, record_number, lead_id, reason)
            SELECT ${importId}, value->>0, value->>1, value->>2 FROM json_each(${rows})`,
        ]
      : []),
  ];
}
