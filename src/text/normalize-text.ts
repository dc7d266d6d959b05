/** More marks on one letter than any script has: the most of a text that is safe to stream. */
const LONG_RUN = /(\p{M}{30})\p{M}+/gu;
const MARKS = /\p{M}{31}/u;
const MOST_MARKS = 30;

/**
 * Gives a text in a normal form of Unicode, without the marks beyond the thirtieth on one letter: putting these in
 * order takes a time that grows with their square, 17 s for a cell of 256 KB.
 *
 * @see https://www.unicode.org/reports/tr15/#Stream_Safe_Text_Format
 */
export function normalizeText(text: string, form: "NFC" | "NFKC" | "NFKD"): string {
  return (text.length > MOST_MARKS && MARKS.test(text) ? text.replace(LONG_RUN, "$1") : text).normalize(form);
}
