/**
 * Errors of R2 about multipart uploads, which say their code at the end of the message.
 *
 * @see https://developers.cloudflare.com/r2/api/error-codes/
 */

/** Whether R2 knows an upload no more: it was completed or aborted. */
export function isMissingUpload(error: unknown): boolean {
  return hasCode(error, "(10024)");
}

/** Whether R2 has another part than the one that was named. */
export function isOtherPart(error: unknown): boolean {
  return hasCode(error, "(10025)");
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && error.message.endsWith(code);
}
