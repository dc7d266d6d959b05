const FORMULA_START = /^[=+\-@\t\r\0]/;
const FORMULA_STARTS = "=+-@\t\r\0";

/**
 * Gives a cell that a spreadsheet cannot take for a formula: one that starts with `=`, `+`, `-`, `@`, tab, CR
 * or NUL gets an apostrophe before it, any other stays as it is.
 *
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
export function escapeCell(value: string): string {
  return FORMULA_START.test(value) ? `'${value}` : value;
}

/**
 * Takes off one apostrophe that {@link escapeCell} put there, and no other: `'Ana` keeps its own.
 * For any text, `unescapeCell(escapeCell(x)) === unescapeCell(x)`.
 */
export function unescapeCell(value: string): string {
  return isEscaped(value, 0) ? value.slice(1) : value;
}

/** Whether an apostrophe of {@link escapeCell} stands at a place of a text. */
export function isEscaped(text: string, at: number): boolean {
  return text[at] === "'" && at + 1 < text.length && FORMULA_STARTS.includes(text.charAt(at + 1));
}
