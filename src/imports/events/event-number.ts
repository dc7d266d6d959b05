import { type ImportRow, readUndo, type UndoProgress } from "../queries.ts";
import { STATUS } from "../state/status.ts";

/**
 * Whether nothing of an import moves any more: it has ended, and nobody takes it back at the moment.
 *
 * @param undo the same as in its row, where that was read already.
 */
export function isAtRest(row: Pick<ImportRow, "status" | "undo">, undo = readUndo(row)): boolean {
  if (row.status === STATUS.pending || row.status === STATUS.processing) return false;
  return undo === null || undo.finished_at !== null;
}

/**
 * The number of the event that shows an import as it is: it follows from what is stored, so that every isolate and a
 * Worker that was started again come to the same one. It counts that the import is there, its start, each second in
 * which it wrote chunks, its end, and of an undo its start, each tenth of it and its end. Of one that was committed or
 * tried again it goes on from what was told before.
 *
 * @param seconds in how many different seconds chunks were written.
 * @param before how many events it has told at most before it began again, or went on.
 */
export function eventNumber(
  row: Pick<ImportRow, "startedAt" | "finishedAt" | "undo" | "announced">,
  seconds: number,
  before: number,
): number {
  const { startedAt, finishedAt, announced } = row;
  const told = before + (announced?.events ?? 0);
  const steps = 1 + told + seconds + (startedAt === null ? 0 : 1) + (finishedAt === null ? 0 : 1);
  const undo = readUndo(row);
  return undo === null ? steps : steps + stepsOfUndo(undo);
}

function stepsOfUndo({ finished_at, records, left }: UndoProgress): number {
  const tenths = records === 0 ? 10 : Math.floor(((records - left) * 10) / records);
  return 1 + tenths + (finished_at === null ? 0 : 1);
}
