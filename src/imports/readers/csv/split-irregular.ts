import type { Dialect } from "./dialect.ts";

type Splitting = Pick<Dialect, "delimiter" | "quote">;

/** Cells of a record that is not written by the book. */
export interface Split {
  cells: string[];
  /** Whether its last cell is quoted and goes on after its quote: then it may be the beginning of a longer one. */
  openEnded: boolean;
}

/**
 * Splits one record whose quotes are not by the book. A quote within a quoted cell is read as a character of the
 * text where that gives as many cells as the header has: `"a 12" screen"`. Otherwise it ends the quoted part, and
 * the cell goes on: `"Ann" Lee` is `Ann Lee`.
 *
 * @param record its text without the line end.
 * @param columns how many cells the header has; 0 where that is not known.
 */
export function splitIrregular(record: string, dialect: Splitting, columns: number): Split {
  const strict = split(record, dialect, true);
  if (strict && columns > 0 && strict.cells.length === columns) return strict;
  return split(record, dialect, false) as Split;
}

/** @returns `null` where a quoted cell does not close, while quotes within cells are taken for text. */
function split(record: string, dialect: Splitting, innerQuotes: boolean): Split | null {
  const { delimiter, quote } = dialect;
  const cells: string[] = [];
  let openEnded = false;
  let at = 0;
  for (;;) {
    let text = "";
    openEnded = false;
    const opens = afterSpaces(record, at, delimiter);
    if (record[opens] === quote) {
      const close = closeOf(record, opens + 1, dialect, innerQuotes);
      if (close < 0 && innerQuotes) return null;
      if (close >= 0 && (opens === at || endsCell(record, close + 1, delimiter))) {
        text = unescapeQuotes(record.slice(opens + 1, close), quote);
        at = close + 1;
        if (endsCell(record, at, delimiter)) at = afterSpaces(record, at, delimiter);
        else openEnded = true;
      }
    }
    const end = record.indexOf(delimiter, at);
    cells.push(text + record.slice(at, end < 0 ? record.length : end));
    if (end < 0) return { cells, openEnded };
    at = end + 1;
  }
}

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
