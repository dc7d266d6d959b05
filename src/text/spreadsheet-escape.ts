/** What a spreadsheet takes for the start of a formula, also as East Asian keyboards write it; the patterns say it too. */
const FORMULA_STARTS = "=+@\t\r\0＝＋－＠-";
/** What may part cells, be it not in this file: a spreadsheet goes by the reader's settings, and by line ends. */
const SEPARATORS = ",;\t|\r\n";
/** Word joiner: shows as nothing, takes no room, and is the start of no formula. */
const GUARD = "\u2060";

const FORMULA_START = /^[=+@\t\r\0＝＋－＠-]/;
/** Most cells have nothing of it, and are passed over at once. */
const MAY_NEED_GUARD = /[,;|"\s][=+@\t\r\0＝＋－＠-]/;
const GUARDED = /(?<=^|[,;|"\s])\u2060(?=[\n=+@\t\r\0＝＋－＠-]|$)/g;

/**
 * Gives a cell of CSV that a spreadsheet cannot take for a formula, nor a part of it, whichever separator it goes by.
 *
 * A cell that starts with `=`, `+`, `-`, `@`, tab, CR or NUL gets an apostrophe before it. Within a cell, what would
 * start a cell if the file were parted by commas, semicolons, tabs or bars, with quotes where they fall, gets an
 * invisible word joiner before it, which {@link removeGuards} takes off again. Any other cell stays as it is.
 *
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
export function escapeCell(value: string): string {
  if (FORMULA_START.test(value)) return `'${value[0]}${guard(value.slice(1), isSeparator(value[0]))}`;
  return MAY_NEED_GUARD.test(value) || endsWithSeparator(value) ? guard(value, true) : value;
}

function endsWithSeparator(value: string): boolean {
  let end = value.length - 1;
  while (end >= 0 && !isSeparator(value[end]) && isPassedOver(value.charAt(end))) end--;
  return isSeparator(value[end]);
}

/** @param atStart whether the text stands where a cell could begin. */
function guard(text: string, atStart: boolean): string {
  let guarded = "";
  let written = 0;
  let beginsCell = atStart;
  let parts = false;
  let place = 0;
  for (; place < text.length; place++) {
    const character = text.charAt(place);
    if (beginsCell && FORMULA_STARTS.includes(character)) {
      guarded += text.slice(written, place) + GUARD;
      written = place;
      beginsCell = false;
    }
    parts ||= isSeparator(character);
    beginsCell = isSeparator(character) || (beginsCell && isPassedOver(character));
  }
  // After a separator, what comes next in the file begins a cell too.
  const end = beginsCell && parts ? GUARD : "";
  return guarded + text.slice(written) + end;
}

function isSeparator(character: string | undefined): boolean {
  return character !== undefined && SEPARATORS.includes(character);
}

function isPassedOver(character: string): boolean {
  return character === '"' || /\s/.test(character);
}

/**
 * Takes off one apostrophe that {@link escapeCell} put there, and no other: `'Ana` keeps its own.
 * For any text, `unescapeCell(escapeCell(x)) === unescapeCell(x)`, but for what {@link removeGuards} takes off.
 */
export function unescapeCell(value: string): string {
  return isEscaped(value, 0) ? value.slice(1) : value;
}

/** Whether an apostrophe of {@link escapeCell} stands at a place of a text. */
export function isEscaped(text: string, at: number): boolean {
  return text[at] === "'" && at + 1 < text.length && FORMULA_STARTS.includes(text.charAt(at + 1));
}

/** Takes off the word joiners that {@link escapeCell} put into a cell. */
export function removeGuards(value: string): string {
  return value.includes(GUARD) ? value.replace(GUARDED, "") : value;
}
