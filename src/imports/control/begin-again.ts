import { and, eq, type SQL, sql } from "drizzle-orm";
import type { LeadsDb } from "../../db/clients.ts";
import { importChunks, imports } from "../../db/leads/schema.ts";
import { release } from "../../jobs/lease.ts";
import { queuedUnlessBusy } from "../state/import-state.ts";
import { STATUS } from "../state/status.ts";
import { notBeingErased } from "./unfinished-erasure.ts";

/** What was made of the original is gone: it is unpacked again, and becomes the same, so that the checkpoint holds. */
const UNPACK_AGAIN = sql`iif(${imports.unpacked} IS NULL, NULL, json_object(
  'step', (${imports.unpacked} ->> '$.step') + 1, 'layers', json('[]'),
  'source', json_object('key', ${imports.fileKey}, 'bytes', ${imports.fileBytes}),
  'task', NULL, 'readAs', NULL, 'sheet', NULL))`;

/** That it waits again is an event of its own, after its end, which is gone from the row. */
const EVENTS_GONE_ON = 2;

/** An import that begins again has neither a start nor chunks any more: their events are in the number that is kept. */
const EVENTS_BEGUN_AGAIN = sql`${EVENTS_GONE_ON} + 1 + (
  SELECT count(DISTINCT c.written_at / 1000) FROM import_chunks c WHERE c.import_id = ${imports.id})`;

/**
 * The row of an import that waits for its turn again, as if it had not ended.
 *
 * @param now milliseconds since 1970.
 * @param from where it goes on: at its checkpoint, or at its first record.
 */
export function waitingAgain(now: number, from: "checkpoint" | "start") {
  return {
    ...release(null),
    ...(from === "start" && FROM_THE_START),
    eventsBefore: sql`${imports.eventsBefore} + ${from === "start" ? EVENTS_BEGUN_AGAIN : sql`${EVENTS_GONE_ON}`}`,
    status: STATUS.pending,
    unpacked: UNPACK_AGAIN,
    errorFileKey: null,
    totalRecords: null,
    finishedAt: null,
    movedAt: now,
    queuedAt: queuedUnlessBusy(now),
  };
}

/** The condition that the file of an import can still be read, and nobody is being erased from it. */
export function hasFile(): SQL | undefined {
  return and(sql`${imports.fileKey} <> ''`, notBeingErased());
}

/** What to do where it was deleted. */
export const FILE_ERASED = "The file is not kept any more, since a person in it was erased. Send it again.";

/**
 * The row of an import that begins again at its first record. Its chunks go with {@link removeChunks} in the same
 * transaction, its rejections with its first step.
 */
const FROM_THE_START = {
  createdRecords: 0,
  updatedRecords: 0,
  unchangedRecords: 0,
  duplicateRecords: 0,
  failedRecords: 0,
  warningRecords: 0,
  checkpointOffset: 0,
  nextRecord: 1,
  nextLine: 1,
  startedAt: null,
  plannedFields: null,
  differingRecords: null,
};

/** Statements, after the one that lets an import begin again, that remove its chunks. They are few. */
export function removeChunks(db: LeadsDb, importId: number) {
  const begins = sql`EXISTS (
    SELECT 1 FROM ${imports} WHERE id = ${importId} AND status = ${STATUS.pending} AND next_record = 1)`;
  return [
    db.delete(importChunks).where(and(eq(importChunks.importId, importId), begins)),
    // The next chunks get the numbers of those that are gone, and are to be indexed like any.
    db.run(sql`UPDATE search_progress SET chunks_up_to = min(chunks_up_to, (
      SELECT coalesce(max(rowid), 0) FROM import_chunks))`),
  ] as const;
}
