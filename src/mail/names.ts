const LONGEST = 80;
const NON_JOINER = "\u200c";

/**
 * A name that somebody gave themselves or their company, as a mail may carry it to somebody else: on one line, of
 * bounded length, without characters that nobody sees or that turn the writing round, and so that no mail program
 * makes a link of it. Mails from us are nobody's means to advertise an address.
 *
 * @returns `null` where nothing is left that could be read.
 */
export function nameInMail(text: string | null): string | null {
  const line = (text ?? "")
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ")
    .replace(/[\p{Cf}\p{Cs}]/gu, "")
    .trim();
  const characters = [...line];
  const short = characters.length > LONGEST ? `${characters.slice(0, LONGEST).join("")}…` : line;
  return short === "" ? null : short.replace(/([.:/@])(?=\S)/g, `$1${NON_JOINER}`);
}

/** A subject: nothing in it becomes a link, so the names in it are as they were. */
export function subjectLine(text: string): string {
  return text.replaceAll(NON_JOINER, "");
}
