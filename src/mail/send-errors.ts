/**
 * Errors of the sending service that another try would only repeat: they are about the mail itself, its recipient
 * or who may send.
 *
 * @see https://developers.cloudflare.com/email-service/api/send-emails/workers-api/#error-codes
 */
const FINAL =
  /^E_(VALIDATION_ERROR|FIELD_MISSING|TOO_MANY_RECIPIENTS|SENDER_NOT_VERIFIED|SENDER_DOMAIN_NOT_AVAILABLE|RECIPIENT_NOT_ALLOWED|RECIPIENT_SUPPRESSED|CONTENT_TOO_LARGE|HEADERS?_\w+)$/;

/** The sending service did not take a mail. What it says may quote the mail, so only its code is kept. */
export class MailRejected extends Error {
  /** `null` where it gave none, or could not be reached. */
  readonly code: string | null;

  constructor(error: unknown) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    const known = typeof code === "string" && /^E_\w{1,60}$/.test(code) ? code : null;
    super(known ?? "no code");
    this.name = "NotTaken";
    this.code = known;
  }

  /** Whether another try can only fail again. */
  get final(): boolean {
    return this.code !== null && FINAL.test(this.code);
  }
}

/** The longest that is waited for another try, in seconds. */
const LONGEST = 60 * 60;
/** After a day's quota is used up; the tries left last over the day. */
const DAILY_LIMIT = 3 * 60 * 60;

/**
 * How long to wait before the next try, in seconds: short at first, for somebody waits for the mail, and three
 * times as long with each try.
 *
 * @param attempt the number of the try that failed, from 1.
 */
export function secondsUntilRetry(attempt: number, error: unknown): number {
  if (error instanceof MailRejected && error.code === "E_DAILY_LIMIT_EXCEEDED") return DAILY_LIMIT;
  return Math.min(5 * 3 ** (attempt - 1), LONGEST);
}
