import { normalizeText } from "../../normalize-text.ts";
import { isEscaped, removeGuards } from "./spreadsheet-escape.ts";

/** Most cells are printable ASCII without an apostrophe or a space at the ends: nothing to clean. */
const CLEAN_ALREADY = /^[!-&(-~](?:[ -~]*[!-~])?$/;

/** NUL stays until escapes are off: the one before it is recognised by it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is dropped
const CONTROLS = /[\x01-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F]/g;
const NULS = /\0/g;
const LINE_ENDS = /\r\n?/g;

/** NUL, white space, and what shows as nothing: zero-width characters, marks of writing direction, BOM. */
const BLANK = /[\0\s\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]/;

/**
 * Gives the text of a cell as a person sees it, or `null` for a blank one: spreadsheet escapes taken off,
 * control characters dropped except tab and newline, line ends as LF, trimmed, in Unicode NFC. Cleaning what
 * was cleaned changes nothing.
 */
export function cleanCell(cell: string): string | null {
  if (CLEAN_ALREADY.test(cell)) return cell;

  // The end is trimmed last: an escaped cell may be nothing but an apostrophe and a tab.
  let text = withoutEscapes(cell.replace(CONTROLS, ""));

  // Before what they stand before is dropped, and after what else may have come between.
  text = removeGuards(text);
  text = normalizeText(trimEnd(text).replace(NULS, "").replace(LINE_ENDS, "\n").toWellFormed(), "NFC");
  text = removeGuards(text);
  return text === "" ? null : text;
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
