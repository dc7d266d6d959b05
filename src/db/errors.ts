/**
 * What D1 says when the database is in trouble that passes: the same statement works later.
 *
 * @see https://developers.cloudflare.com/d1/observability/debug-d1/#error-list
 */
const TRANSIENT_MESSAGES = [
  "Network connection lost",
  "Cannot resolve D1 DB due to transient issue",
  "caused object to be reset",
  "reset because its code was updated",
  "D1 DB is overloaded",
  "exceeded its CPU time limit and was reset",
  "exceeded its memory limit and was reset",
  "D1 DB storage operation exceeded timeout",
];

/** A database did not answer in time, or answered that it is in trouble; its cause is the last error. */
export class DatabaseUnavailable extends Error {
  /** `directory` or `leads_<n>`. */
  readonly database: string;

  constructor(database: string, cause?: unknown) {
    super(`${database} is unavailable`, { cause });
    this.name = "DatabaseUnavailable";
    this.database = database;
  }
}

/** A call that got no answer within its time limit. Whether a write took effect is not known. */
export class CallTimedOut extends Error {
  constructor(milliseconds: number) {
    super(`no answer within ${milliseconds} ms`);
    this.name = "CallTimedOut";
  }
}

/** Whether an error of D1 passes by itself. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof CallTimedOut) return true;
  return TRANSIENT_MESSAGES.some((message) => error.message.includes(message));
}

/** Errors of R2 that pass. @see https://developers.cloudflare.com/r2/api/error-codes/ */
const TRANSIENT_R2_CODES = ["(10001)", "(10043)", "(10054)", "(10058)"];

/**
 * Whether an error, or what caused it, is trouble of the platform that passes: a database, the file storage or a
 * queue. Drizzle wraps what a query throws, so that the whole chain of causes is looked at.
 */
export function isUnavailable(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { message } = cause;
    if (cause instanceof DatabaseUnavailable || isTransient(cause)) return true;
    if (TRANSIENT_R2_CODES.some((code) => message.endsWith(code))) return true;
  }
  return false;
}
