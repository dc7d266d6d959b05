import type { Rejection } from "../../leads/lead-record.ts";
import type { RecordProblem } from "../readers/records.ts";

/** Why a record is rejected whose cells cannot be as their author wrote them. @param line the one that it begins at. */
export function recordProblem(problem: RecordProblem, line: number): Rejection {
  switch (problem) {
    case "unclosed_quote":
      return {
        code: problem,
        reason:
          `A quote (") opens on line ${line} and does not close at the end of its cell. Close it, or write a quote that ` +
          "belongs to the text twice, and send the record again. The lines after it were read on their own.",
      };
    case "invalid_json":
      return {
        code: problem,
        reason:
          `Line ${line} is not a JSON object on a line of its own. Its text is in the last column: correct it, and send ` +
          "it again as NDJSON.",
      };
  }
}
