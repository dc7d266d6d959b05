import type { FailureCode } from "../codes/failures.ts";

/** Only a preview is refused with it. */
type PreviewCode = "too_large";

/**
 * Trouble with a file as a whole, which no retry can mend: the import ends as `failed`.
 *
 * The detail is read by the person who has to mend the file, so it says what to do.
 */
export class FileProblem extends Error {
  readonly code: FailureCode | PreviewCode;

  constructor(code: FailureCode | PreviewCode, detail: string) {
    super(detail);
    this.name = "FileProblem";
    this.code = code;
  }
}

/** What is wrong with a file of a header alone. */
export function noRecords(): FileProblem {
  const detail =
    "The file has a header and nothing below it. Check that the right sheet was exported, and send it again.";
  return new FileProblem("no_records", detail);
}
