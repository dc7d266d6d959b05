import { FileProblem } from "../readers/file-problem.ts";

/** With this many rejected records, a file of almost nothing else ends as failed. */
const WORTHLESS_RECORDS = 500_000;
const WORTHLESS_SHARE = 0.9;
/** No file may have more rejected records than this: each is kept, with its cells and its reason. */
const MOST_RECORDS = 2_000_000;

/**
 * Ends an import that would fill the store with rejected records: ten million of one byte each took a gigabyte.
 *
 * @param rejected how many records were rejected by now.
 * @param records how many were dealt with.
 * @throws FileProblem `too_many_rejections`; what was imported stays, and the error file has what was rejected.
 */
export function refuseWorthlessFile(rejected: number, records: number): void {
  const isWorthless = rejected >= WORTHLESS_RECORDS && rejected >= WORTHLESS_SHARE * records;
  if (!isWorthless && rejected < MOST_RECORDS) return;
  throw new FileProblem(
    "too_many_rejections",
    `The import was stopped: ${rejected} of its first ${records} records could not become leads. The error file says ` +
      "why for each. Check that the right file was sent and that its columns are what the header says, then import it again.",
  );
}
