import type { ChunkWarnings } from "../../../db/leads/tables/import-records.ts";
import { limited } from "../../columns/column-names.ts";
import type { Candidate } from "../../matching/decide-outcomes.ts";
import type { ChunkOfOutcomes } from "./chunk.ts";

/** So many are listed of a chunk; all are counted. */
export const MOST_LISTED = 250;
/** So many are kept of a chunk whose records may be rejected after all, for their groups to be counted without these. */
const MOST_KEPT = 20_000;
/** What is beyond is counted under its code alone. */
const MOST_GROUPS = 200;

/**
 * What a chunk's row keeps of its warnings. The values that they are about are in the leads, and go with these when a
 * person is erased.
 *
 * @param candidates those with warnings, in any order.
 * @param mayBeRejected whether the transaction may still reject some of them.
 */
export function chunkWarnings(
  candidates: readonly Candidate[],
  mayBeRejected: boolean,
  { firstRecord, lines }: Pick<ChunkOfOutcomes, "firstRecord" | "lines">,
): ChunkWarnings {
  const most = mayBeRejected ? MOST_KEPT : MOST_LISTED;
  const places = new Map<string, number>();
  const groups: ChunkWarnings["groups"] = [];
  const records: ChunkWarnings["records"] = [];
  const placeOf = (code: string, column: string): number => {
    const key = `${code} ${column}`;
    const known = places.get(key);
    if (known !== undefined) return known;
    if (column !== "" && groups.length >= MOST_GROUPS) return placeOf(code, "");
    places.set(key, groups.length);
    return groups.push([code, column, 0]) - 1;
  };
  for (const { record, lead } of candidates.toSorted((a, b) => a.record - b.record)) {
    for (const { code, column } of lead.warnings ?? []) {
      const place = placeOf(code, limited(column));
      const group = groups[place];
      if (group) group[2] += 1;
      if (records.length < most) records.push([record, place, lines[record - firstRecord] ?? 0]);
    }
  }
  return mayBeRejected ? { groups, records, mayBeRejected: true } : { groups, records };
}
