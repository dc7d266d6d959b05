import type { Column } from "../columns/column.ts";
import { CHUNK_LIMITS, type ChunkLimits } from "../readers/records.ts";

/** The size of a chunk as JSON beside the text of its records, bounded so that it always fits into memory. */
const OVERHEAD_BYTES = 2_000_000;
/** The size of a lead as JSON beside its text. */
const ROW_BYTES = 200;
/** What an answer weighs beside its text: the question's id. */
const ANSWER_BYTES = 24;

/**
 * What goes into one chunk: fewer records where each of them repeats the names of hundreds of custom fields. A
 * record of some bytes has no more cells than that, so that short ones under a wide header go together by thousands.
 */
export function chunkLimits(columns: Column[], limits: ChunkLimits = CHUNK_LIMITS): ChunkLimits {
  const upTo = [ROW_BYTES];
  for (const column of columns) upTo.push((upTo.at(-1) ?? 0) + weight(column));
  const overheadOf = (recordBytes: number) => upTo[Math.min(recordBytes + 1, columns.length)] ?? ROW_BYTES;
  return { ...limits, overhead: { most: OVERHEAD_BYTES, of: overheadOf } };
}

function weight(column: Column): number {
  if (column.kind === "question") return ANSWER_BYTES;
  const name = "name" in column ? column.name : undefined;
  return name === undefined ? 0 : new TextEncoder().encode(JSON.stringify(name)).length + 4;
}
