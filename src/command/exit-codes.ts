import type { ImportFile } from "../client/index.ts";

/** What a script can tell by the exit code. */
export const EXIT = {
  done: 0,
  /** The API refused it, or did not answer. */
  refused: 1,
  usage: 2,
  /** All was read, and some records were rejected. */
  rejected_records: 3,
  /** The import as a whole failed or was cancelled. */
  failed: 4,
  /** By Ctrl-C: what the API has begun goes on. */
  interrupted: 130,
  /** Who read its output has gone, as `head` does: what a program ends with that SIGPIPE ends. */
  broken_pipe: 141,
} as const;

/** The exit code of an import that is at rest. */
export function exitCodeOf({ status_name, failed_records }: ImportFile): number {
  if (status_name === "failed" || status_name === "cancelled") return EXIT.failed;
  return failed_records > 0 ? EXIT.rejected_records : EXIT.done;
}

/** That the arguments are wrong: its message says what to write. */
export class UsageError extends Error {}
