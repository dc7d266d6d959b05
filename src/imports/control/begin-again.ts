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

/** The row of an import that waits for its turn again, as if it had not ended. @param now milliseconds since 1970. */
export function waitingAgain(now: number) {
  return {
    ...release(null),
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
export const FROM_THE_START = {
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
