import type { ImportRow } from "../queries.ts";
import { STATUS } from "../status.ts";

/** What an import's row says of a running undo, as far as its events need it. */
interface UndoProgress {
  finished_at: number | null;
  records: number;
  left: number;
}

/** Whether nothing of an import moves any more: it has ended, and nobody takes it back at the moment. */
export function isAtRest({ status, undo }: Pick<ImportRow, "status" | "undo">): boolean {
  if (status === STATUS.pending || status === STATUS.processing) return false;
  return undo === null || (JSON.parse(undo) as UndoProgress).finished_at !== null;
}

/**
 * The number of the event that shows an import as it is: it follows from what is stored, so that every isolate and a
 * Worker that was started again come to the same one. It counts that the import is there, its start, each second in
 * which it wrote chunks, its end, and of an undo its start, each tenth of it and its end; after a
 * commit it goes on from what the dry run has told.
 *
 * @param seconds in how many different seconds chunks were written.
 */
export function eventNumber(
  {
    startedAt,
    finishedAt,
    undo,
    announced,
  }: Pick<ImportRow, "startedAt" | "finishedAt" | "undo" | "announced">,
  seconds: number,
): number {
  const steps =
    1 + (announced?.events ?? 0) + seconds + (startedAt === null ? 0 : 1) + (finishedAt === null ? 0 : 1);
  return undo === null ? steps : steps + stepsOfUndo(JSON.parse(undo) as UndoProgress);
}

function stepsOfUndo({ finished_at, records, left }: UndoProgress): number {
  const tenths = records === 0 ? 10 : Math.floor(((records - left) * 10) / records);
  return 1 + tenths + (finished_at === null ? 0 : 1);
}
