import { FileProblem } from "../readers/file-problem.ts";

/** An import without progress for this long ends as failed, regardless of its number of tries; in milliseconds. */
export const MAX_STALLED_MS = 6 * 60 * 60_000;

/** How an import ends that made no progress. */
export const STALLED = new FileProblem(
  "processing_failed",
  "The import met trouble on our side for six hours and was stopped. The records counted here are in; let it go on " +
    "with retry to import the rest.",
);
