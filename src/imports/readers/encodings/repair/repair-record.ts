import type { RawRecord } from "../../records.ts";
import { repairTwiceEncoded } from "./twice-encoded.ts";

/** Repairs the cells of a record whose letters were encoded twice, and notes the first of them as in doubt. */
export function repairRecord(record: RawRecord): void {
  for (const [cell, text] of record.cells.entries()) {
    const repaired = repairTwiceEncoded(text);
    if (repaired === text) continue;
    record.cells[cell] = repaired;
    record.doubt ??= { code: "encoding_in_doubt", cell };
  }
}
