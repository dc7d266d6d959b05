import { AppError } from "../errors.ts";
import { openGate } from "../gate.ts";

/**
 * Leads can be a thousand times as large as most are, and what is read of them stands in memory several times over
 * while an answer is made of it: rows, texts, bytes. An isolate has 128 MB for all of its requests together, so that
 * large reads wait until there is space for them.
 */

/** How many bytes of leads are read at a time from one lead store: a store that hangs keeps no other one waiting. */
const SPACE_BYTES = 3 * 1024 * 1024;
/** As much as a lead can weigh, but for rare ones: what is read of any leads may be that much. */
export const LARGE_LEAD_BYTES = 1024 * 1024;
/** Beyond this a read has ended or broken off. */
const LONGEST_READ_MS = 30_000;
const RETRY_AFTER_SECONDS = 2;

const largeReads = openGate<number>({
  space: SPACE_BYTES,
  longestMs: LONGEST_READ_MS,
  refuse: tooManyLargeReads,
});

/** How long a request waits for space, in milliseconds. */
export const LARGE_READ_PATIENCE_MS = 10_000;

/**
 * Reads leads and makes of them what is kept, once the other large reads of this isolate leave space for it.
 *
 * @param store the number of their lead store.
 * @param bytes the most that the leads weigh in long texts.
 * @param patience how long to wait for that, in milliseconds.
 * @throws 503 with `Retry-After` where it takes longer.
 */
export function readLarge<T>(
  store: number,
  bytes: number,
  read: () => Promise<T>,
  patience = LARGE_READ_PATIENCE_MS,
): Promise<T> {
  return largeReads.run(store, bytes, read, patience);
}

function tooManyLargeReads(): AppError {
  const detail =
    `Many large leads are being read at the moment. Try again in ${RETRY_AFTER_SECONDS} seconds, or ask for fewer ` +
    "leads at a time with `limit`.";
  return new AppError("unavailable", detail, { headers: { "Retry-After": String(RETRY_AFTER_SECONDS) } });
}
