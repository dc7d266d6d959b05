import type { Column } from "./cleaning/columns.ts";
import { CHUNK_LIMITS, type ChunkLimits } from "./reading/records.ts";

/** What a chunk may weigh as JSON beside the text of its records: memory for it must always be there. */
const OVERHEAD_BYTES = 2_000_000;
/** What a lead weighs as JSON beside its text. */
const ROW_BYTES = 200;
/** What an answer weighs beside its text: the question's id. */
const ANSWER_BYTES = 24;

/** How many records go into one chunk: fewer where each of them repeats the names of hundreds of custom fields. */
export function chunkLimits(columns: Column[], limits: ChunkLimits = CHUNK_LIMITS): ChunkLimits {
  const row = columns.reduce((sum, column) => sum + weight(column), ROW_BYTES);
  return { ...limits, records: Math.max(1, Math.min(limits.records, Math.floor(OVERHEAD_BYTES / row))) };
}

function weight(column: Column): number {
  if (column.kind === "question") return ANSWER_BYTES;
  return column.kind === "custom" ? new TextEncoder().encode(JSON.stringify(column.name)).length + 4 : 0;
}
