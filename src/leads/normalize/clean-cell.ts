import { normalizeText } from "../../text/normalize-text.ts";
import { isEscaped, removeGuards } from "../../text/spreadsheet-escape.ts";

/**
 * Most cells are printable ASCII or Latin letters with accents, without an apostrophe, `=` or a space at the ends:
 * nothing to clean. All of U+00A1 to U+02FF but the soft hyphen shows, and is in NFC already.
 */
const CLEAN_ALREADY =
  /^[!-&(-<>-~\u00A1-\u00AC\u00AE-\u02FF](?:[ -~\u00A1-\u00AC\u00AE-\u02FF]*[!-~\u00A1-\u00AC\u00AE-\u02FF])?$/;

/** Those that part words (a vertical tab, what a terminal left): a space keeps them apart. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
const CONTROLS = /[\x01-\x08\x0B\x0C\x0E-\x19\x1B-\x1F\x7F-\x9F]+/g;
/** NUL stays until escapes are off: the one before it is recognised by it. Ctrl-Z is the end of a file of DOS. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is dropped
const DROPPED = /[\0\x1A]/g;
const CTRL_Z = "\x1A";
const LINE_ENDS = /\r\n?/g;

/** NUL, white space, and what shows as nothing: zero-width characters, marks of writing direction, BOM. */
const BLANK = /[\0\s\u061C\u180E\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]/;

/**
 * Gives the text of a cell as a person sees it, or `null` for a blank one: spreadsheet escapes taken off, also
 * `="value"`; control characters are spaces, except tab and newline; NUL and Ctrl-Z dropped; line ends as LF,
 * trimmed, in Unicode NFC. Cleaning what was cleaned changes nothing.
 *
 * @param isKey whether it is an e-mail or a phone: what does not show parts no words there, and is dropped.
 */
export function cleanCell(cell: string, isKey = false): string | null {
  return isClean(cell) ? cell : cleanOther(cell, isKey);
}

/** Whether there is nothing to clean in a cell of a usual kind: of others it is not known. */
export function isClean(cell: string): boolean {
  return CLEAN_ALREADY.test(cell);
}

/** {@link cleanCell} of a cell that is not {@link isClean}. */
export function cleanOther(cell: string, isKey: boolean): string | null {
  const trimmed = cell.trim();
  if (isClean(trimmed)) return trimmed;
  // The end is trimmed last: an escaped cell may be nothing but an apostrophe and a tab.
  let text = unescaped(cell.replaceAll(CTRL_Z, "").replace(CONTROLS, isKey ? "" : " "));

  // Before what they stand before is dropped, and after what else may have come between.
  text = removeGuards(text);
  text = normalizeText(trimEnd(text).replace(DROPPED, "").replace(LINE_ENDS, "\n").toWellFormed(), "NFC");
  text = removeGuards(text);
  if (text === "") return null;
  // Without its NULs a text may begin as what is unwrapped.
  return text.startsWith('="') && unwrapFormula(text) !== text ? cleanCell(text, isKey) : text;
}

/** The text without what keeps a spreadsheet from taking it for a formula or a number. */
function unescaped(text: string): string {
  let bare = withoutEscapes(text);
  while (bare.startsWith('="')) {
    const inner = unwrapFormula(bare);
    if (inner === bare) break;
    bare = withoutEscapes(inner);
  }
  return bare;
}

/** `value` of `="value"`; whatever else begins so is text. */
function unwrapFormula(text: string): string {
  const end = trimEnd(text);
  if (end.length < 3 || !end.endsWith('"')) return text;
  const inner = end.slice(2, -1);
  return inner.replaceAll('""', "").includes('"') ? text : inner.replaceAll('""', '"');
}

/** Cuts once: a cell may be nothing but a hundred thousand escapes. */
function withoutEscapes(text: string): string {
  let start = 0;
  for (;;) {
    while (start < text.length && BLANK.test(text.charAt(start))) start++;
    if (!isEscaped(text, start)) return text.slice(start);
    start++;
  }
}

/** Scans from the end: a pattern that ends in `+$` takes quadratic time on a long run of spaces inside. */
function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && BLANK.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}
