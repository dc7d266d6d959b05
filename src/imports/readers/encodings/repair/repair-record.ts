import type { RawRecord } from "../../records.ts";
import { isTwiceEncoded, repairTwiceEncoded } from "./twice-encoded.ts";

/** Repairs the cells of a record whose letters were encoded twice, and notes the first of them as in doubt. */
export function repairRecord(record: RawRecord): void {
  for (const [cell, text] of record.cells.entries()) {
    const repaired = repairTwiceEncoded(text);
    if (repaired === text) continue;
    record.cells[cell] = repaired;
    record.doubt ??= { code: "encoding_in_doubt", cell };
  }
}

/** Letters of a text that was encoded twice never stand alone. */
const MAY_BE_TWICE = /[^\p{ASCII}]{2}/u;

/** Repairs a record that certainly has a word in it whose letters were encoded twice: what is around it is no hint. */
export function repairCertainRecord(record: RawRecord): void {
  const isCertain = record.cells.some(
    (text) => MAY_BE_TWICE.test(text) && text.split(/\s+/).some((word) => isTwiceEncoded(word)),
  );
  if (isCertain) repairRecord(record);
}
