import type { Dialect } from "./dialect.ts";

/**
 * Splits the text of records that are written by the book (RFC 4180), all with the same line end: a quote opens a cell
 * with its first character, is doubled within it, and closes it with its last one.
 *
 * @param newline ends each record; the last one may go without. Nothing where there is one that ends with the file.
 * @returns the cells of each record; `null` where a quote does not keep to that.
 */
export function splitPlain(
  text: string,
  newline: "\n" | "\r" | "\r\n" | "",
  { delimiter, quote }: Pick<Dialect, "delimiter" | "quote">,
): string[][] | null {
  const records: string[][] = [];
  const length = text.length;
  let nextQuote = text.indexOf(quote);
  let at = 0;
  while (at < length) {
    const lineEnd = newline === "" ? -1 : text.indexOf(newline, at);
    const end = lineEnd < 0 ? length : lineEnd;
    if (nextQuote >= 0 && nextQuote < at) nextQuote = text.indexOf(quote, at);
    if (nextQuote < 0 || nextQuote >= end) {
      records.push(text.slice(at, end).split(delimiter));
      at = lineEnd < 0 ? length : end + newline.length;
      continue;
    }
    const cells: string[] = [];
    const past = splitQuoted(text, at, newline, delimiter, quote, cells);
    if (past === null) return null;
    records.push(cells);
    at = past;
  }
  return records;
}

/**
 * Splits one record that has quotes.
 *
 * @param cells is given its cells.
 * @returns where the next record starts; `null` where a quote is not by the book.
 */
function splitQuoted(
  text: string,
  start: number,
  newline: string,
  delimiter: string,
  quote: string,
  cells: string[],
): number | null {
  // Up to the next line end, so that no search goes beyond the record again and again.
  let line = "";
  let lineStart = start;
  for (let at = start; ; at++) {
    if (text[at] === quote) {
      const close = closingQuote(text, at + 1, quote);
      if (close < 0) return null;
      const inner = text.slice(at + 1, close);
      cells.push(inner.includes(quote) ? inner.replaceAll(quote + quote, quote) : inner);
      at = close + 1;
    } else {
      if (at > lineStart + line.length || line === "") {
        const lineEnd = newline === "" ? -1 : text.indexOf(newline, at);
        line = text.slice(at, lineEnd < 0 ? text.length : lineEnd);
        lineStart = at;
      }
      const delimited = line.indexOf(delimiter, at - lineStart);
      const end = lineStart + (delimited < 0 ? line.length : delimited);
      cells.push(text.slice(at, end));
      at = end;
    }
    if (at >= text.length) return at;
    if (newline !== "" && text.startsWith(newline, at)) return at + newline.length;
    if (text[at] !== delimiter) return null;
  }
}

/** The place of the quote that closes a cell: the first one that is not doubled; -1 where there is none. */
function closingQuote(text: string, from: number, quote: string): number {
  let at = text.indexOf(quote, from);
  while (at >= 0 && text[at + 1] === quote) at = text.indexOf(quote, at + 2);
  return at;
}
