import { FileProblem } from "../../readers/file-problem.ts";

/** A workbook that no spreadsheet wrote, or that was damaged since. */
export function damagedWorkbook(): FileProblem {
  return new FileProblem(
    "damaged_workbook",
    "The workbook is damaged. Open it in its program, save it again as .xlsx, and import that file.",
  );
}
