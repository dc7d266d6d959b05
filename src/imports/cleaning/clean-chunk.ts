import type { LeadRecord } from "../../leads/lead-record.ts";
import { shorten } from "../../leads/normalize/shorten.ts";
import { aMacrotask } from "../../macrotask.ts";
import type { ChunkOfOutcomes } from "../pipeline/chunk/chunk.ts";
import { recordProblem } from "../pipeline/record-problems.ts";
import type { RawRecord, RecordChunk, RecordDoubt } from "../readers/records.ts";
import { type CleaningContext, cleanRecord, isRejection } from "./clean-record.ts";
import { beginsOtherTable, otherTable } from "./header-records.ts";
import { warn } from "./warnings.ts";

/** How many records are cleaned before the isolate yields to other work: a few milliseconds' worth. */
const CLEANED_AT_ONCE = 1000;

/**
 * Cleans the records of a chunk: each becomes a lead or a rejection. Where another table begins, the line is noted in
 * the context.
 *
 * @param inDoubt whether the file's encoding is uncertain: values that it may have garbled then get a warning.
 */
export async function cleanChunk(
  chunk: RecordChunk,
  context: CleaningContext,
  inDoubt: boolean,
): Promise<ChunkOfOutcomes> {
  const leads: ChunkOfOutcomes["leads"] = [];
  const rejections: ChunkOfOutcomes["rejections"] = [];
  const lines: number[] = [];
  let endLine = context.endLine ?? Number.POSITIVE_INFINITY;
  for (let index = 0; index < chunk.records.length; index++) {
    const { cells, line, problem, doubt } = chunk.records[index] as RawRecord;
    if (index % CLEANED_AT_ONCE === 0) await aMacrotask();
    const record = chunk.firstRecord + index;
    lines.push(line);
    let outcome =
      line >= endLine
        ? otherTable(endLine)
        : problem
          ? recordProblem(problem, line, cells)
          : cleanRecord(cells, context, chunk.damaged);
    if (isRejection(outcome) && beginsOtherTable(outcome, chunk.records, index)) {
      endLine = line;
      context.endLine = line;
      outcome = otherTable(line);
    }
    if (inDoubt && !isRejection(outcome)) warnOfEncoding(outcome, cells, context);
    if (doubt !== undefined && !isRejection(outcome)) warnOfDoubt(outcome, doubt, cells, context);
    if (isRejection(outcome)) rejections.push({ record, rejection: outcome, cells });
    else leads.push({ record, lead: outcome, cells });
  }
  const { firstRecord, records, startOffset, endOffset, nextLine } = chunk;
  return { firstRecord, records: records.length, startOffset, endOffset, nextLine, lines, leads, rejections };
}

const REASONS: Record<RecordDoubt["code"], string> = {
  quotes_in_doubt:
    "A quote in it is not by the book, and may belong to the text or not. Compare it with the file.",
  encoding_in_doubt: "Its letters were encoded twice, and were repaired. Compare them with the file.",
  repeated_key:
    "The object has the key several times, with different values, of which the last one was read. Compare it with the file.",
};

function warnOfDoubt(
  lead: LeadRecord,
  { code, cell }: RecordDoubt,
  cells: string[],
  { columns }: CleaningContext,
): void {
  warn(lead, {
    code,
    column: columns[cell]?.header ?? "",
    value: shorten(cells[cell] ?? ""),
    reason: REASONS[code],
  });
}

function warnOfEncoding(lead: LeadRecord, cells: string[], { columns }: CleaningContext): void {
  const index = cells.findIndex((cell) => /[^\p{ASCII}]/u.test(cell));
  const value = cells[index];
  if (value === undefined) return;
  const column = columns[index]?.header ?? "";
  const reason = "Its letters are a guess: the file does not tell its encoding. Compare them with the file.";
  warn(lead, { code: "encoding_in_doubt", column, value: shorten(value), reason });
}
