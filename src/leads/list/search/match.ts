import { normalizeText } from "../../../text/normalize-text.ts";

/** The fewest letters that can be looked for. */
export const FEWEST_LETTERS = 3;

/**
 * Turns what somebody looks for into an expression for FTS5: parts of words that must all be there, wherever. A
 * word of one or two letters, which the index does not know, is looked for right beside its neighbour, as in “Li
 * Wang” and “Casa de Té”. What looks like a telephone number is looked for by its digits too, however it is parted.
 *
 * Every part is a string of FTS5, in which nothing but a quote means anything.
 *
 * @returns `null` where it has too few letters.
 * @see https://www.sqlite.org/fts5.html#full_text_query_syntax
 */
export function matchOf(text: string): string | null {
  const words = normalizeText(text, "NFC").split(SEPARATORS).filter(Boolean);
  const parts: string[] = [];
  for (const word of words) {
    const last = parts.at(-1);
    if (last !== undefined && (isShort(word) || isShort(last))) parts[parts.length - 1] = `${last} ${word}`;
    else parts.push(word);
  }
  if (parts.length === 0 || parts.some(isShort)) return null;
  const all = parts.map(quoted).join(" AND ");
  const digits = text.replace(/\D/g, "");
  return PHONE.test(text) && !isShort(digits) ? `(${all}) OR ${quoted(digits)}` : all;
}

/** White space and NUL, which would end the expression. */
const SEPARATORS = /[\s\p{Cc}]+/u;
const PHONE = /^[\d\s()+./-]+$/;

/** Counted as the index does: in characters, of which some are two units of JavaScript. */
function isShort(part: string): boolean {
  return [...part].length < FEWEST_LETTERS;
}

function quoted(part: string): string {
  return `"${part.replaceAll('"', '""')}"`;
}
