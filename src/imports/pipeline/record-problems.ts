import type { Rejection } from "../../leads/lead-record.ts";
import type { RecordProblem } from "../readers/records.ts";
import { isOpened } from "../resend/sent-back.ts";

/** Why a record is rejected whose cells cannot be as their author wrote them. @param line the one that it begins at. */
export function recordProblem(problem: RecordProblem, line: number, cells: readonly string[]): Rejection {
  switch (problem) {
    case "unclosed_quote":
      return {
        ...at(cells.findIndex(isOpened)),
        code: problem,
        reason:
          `A quote (") opens on line ${line} and does not close at the end of its cell. Close it, or write a quote that ` +
          "belongs to the text twice, and send the record again. The lines after it were read on their own.",
      };
    case "invalid_json":
      return {
        ...at(cells.findLastIndex((cell) => cell !== "")),
        code: problem,
        reason:
          `Line ${line} is not a JSON object on a line of its own. Its text is in the last column: correct it, and send ` +
          "it again as NDJSON.",
      };
  }
}

/** The cell in question, where there is one. */
function at(cell: number): { cell?: number } {
  return cell < 0 ? {} : { cell };
}
