import type { Column } from "./columns.ts";
import { CHUNK_LIMITS, type ChunkLimits } from "./records.ts";

/** D1 takes 2 MB in one parameter; some room is left. */
const PARAMETER_BYTES = 1_900_000;
/** The most bytes of JSON that one byte of a file becomes: `€` in Windows-1252. */
const GROWTH = 3;
/** What a lead weighs as JSON beside its text. */
const ROW_BYTES = 200;

/**
 * How many records go into one chunk, so that it fits D1 as JSON even where every record repeats the names of
 * hundreds of custom fields.
 */
export function chunkLimits(columns: Column[], limits: ChunkLimits = CHUNK_LIMITS): ChunkLimits {
  const names = columns.reduce((sum, column) => sum + nameBytes(column), 0);
  const room = PARAMETER_BYTES - GROWTH * limits.bytes;
  return {
    ...limits,
    records: Math.max(1, Math.min(limits.records, Math.floor(room / (ROW_BYTES + names)))),
  };
}

function nameBytes(column: Column): number {
  const name = column.kind === "custom" ? column.name : column.kind === "question" ? column.question.key : "";
  return name === "" ? 0 : GROWTH * name.length + 6;
}
