import type { Column } from "./columns.ts";
import type { Encoding } from "./encoding.ts";
import { CHUNK_LIMITS, type ChunkLimits } from "./records.ts";

/** D1 takes 2 MB in one parameter; some room is left. */
const PARAMETER_BYTES = 1_900_000;
/** The most bytes of JSON that one byte of a file becomes: a quote that is escaped, `€` in Windows-1252. */
const GROWTH: Record<Encoding, number> = { "utf-8": 2, "utf-16le": 2, "utf-16be": 2, "windows-1252": 3 };
/** What a lead weighs as JSON beside its text. */
const ROW_BYTES = 200;
/** What an answer weighs beside its text: the question's id. */
const ANSWER_BYTES = 24;

/**
 * How many records go into one chunk, so that it fits D1 as JSON even where every record repeats the names of
 * hundreds of custom fields.
 */
export function chunkLimits(
  columns: Column[],
  encoding: Encoding,
  limits: ChunkLimits = CHUNK_LIMITS,
): ChunkLimits {
  const row = columns.reduce((sum, column) => sum + weight(column), ROW_BYTES);
  const room = PARAMETER_BYTES - GROWTH[encoding] * limits.bytes;
  return { ...limits, records: Math.max(1, Math.min(limits.records, Math.floor(room / row))) };
}

function weight(column: Column): number {
  if (column.kind === "question") return ANSWER_BYTES;
  return column.kind === "custom" ? new TextEncoder().encode(JSON.stringify(column.name)).length + 4 : 0;
}
