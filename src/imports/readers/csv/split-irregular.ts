import type { Dialect } from "./dialect.ts";
import { quoteSign } from "./quote-marks.ts";

type Splitting = { delimiter: string; quote: string };

/** Cells of a record that is not written by the book. */
export interface Split {
  cells: string[];
  /**
   * A quoted cell that goes on after its quote, as it is written, where nobody knows which quote closes it: it is the
   * last one, and may be the beginning of a longer one, or it spans delimiters, and the record has not as many cells
   * as the header.
   */
  open: { index: number; text: string } | null;
  /** The first cell that goes on after its quote; -1 where there is none. */
  loose: number;
}

/**
 * Splits one record whose quotes are not by the book. A quote within a quoted cell is read as a character of the
 * text where that gives as many cells as the header has: `"a 12" screen"`. Otherwise it ends the quoted part, and
 * the cell goes on: `"Ann" Lee` is `Ann Lee`, and `"a 12" screen` is `a 12" screen`, since inches have their sign.
 *
 * @param record its text without the line end.
 * @param columns how many cells the header has; 0 where that is not known.
 */
export function splitIrregular(
  record: string,
  { delimiter, quote }: Pick<Dialect, "delimiter" | "quote">,
  columns: number,
): Split {
  const splitting = { delimiter, quote: quoteSign(quote) };
  const strict = split(record, splitting, columns, true);
  if (strict && columns > 0 && strict.cells.length === columns) return strict;
  return split(record, splitting, columns, false) as Split;
}

/** @returns `null` where a quoted cell does not close, while quotes within cells are taken for text. */
function split(record: string, dialect: Splitting, columns: number, innerQuotes: boolean): Split | null {
  const { delimiter, quote } = dialect;
  const cells: string[] = [];
  let spanning: Split["open"] = null;
  let loose = -1;
  let at = 0;
  for (;;) {
    const start = at;
    let text = "";
    let goesOn = false;
    const opens = afterSpaces(record, at, delimiter);
    if (record[opens] === quote) {
      const close = closeOf(record, opens + 1, dialect, innerQuotes);
      if (close < 0 && innerQuotes) return null;
      if (close >= 0 && (opens === at || endsCell(record, close + 1, delimiter))) {
        text = unescapeQuotes(record.slice(opens + 1, close), quote);
        at = close + 1;
        if (endsCell(record, at, delimiter)) at = afterSpaces(record, at, delimiter);
        else goesOn = true;
        if (goesOn && DIGIT.test(text.at(-1) ?? "")) text += quote;
      }
    }
    const next = record.indexOf(delimiter, at);
    const end = next < 0 ? record.length : next;
    const open = goesOn ? { index: cells.length, text: record.slice(start, end) } : null;
    if (open !== null && text.includes(delimiter)) spanning ??= open;
    if (open !== null && loose < 0) loose = open.index;
    cells.push(text + record.slice(at, end));
    if (next < 0) {
      const isShort = columns > 0 && cells.length !== columns;
      return { cells, open: open ?? (isShort ? spanning : null), loose };
    }
    at = next + 1;
  }
}

const DIGIT = /\d/;

/** The place of the quote that closes a cell, or -1. */
function closeOf(
  record: string,
  from: number,
  { delimiter, quote }: Splitting,
  innerQuotes: boolean,
): number {
  for (let at = record.indexOf(quote, from); at >= 0; at = record.indexOf(quote, at + 1)) {
    const escaped = at > from && record[at - 1] === "\\";
    if (record[at + 1] === quote) {
      if (escaped && endsCell(record, at + 2, delimiter)) return at + 1;
      at++;
    } else if (endsCell(record, at + 1, delimiter)) {
      return at;
    } else if (!escaped && !innerQuotes) {
      return at;
    }
  }
  return -1;
}

function unescapeQuotes(text: string, quote: string): string {
  return text.replaceAll(quote + quote, quote).replaceAll(`\\${quote}`, quote);
}

function endsCell(record: string, at: number, delimiter: string): boolean {
  const next = afterSpaces(record, at, delimiter);
  return next === record.length || record[next] === delimiter;
}

function afterSpaces(record: string, from: number, delimiter: string): number {
  let at = from;
  while (record[at] === " " || (record[at] === "\t" && delimiter !== "\t")) at++;
  return at;
}
