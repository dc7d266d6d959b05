import type { Quote } from "../reader.ts";
import { MARKS } from "./quote-marks.ts";

/** So many records have to be in them, the header among these or not. */
const FEWEST_RECORDS = 2;
const MOST_RECORDS = 20;
/** The header, and what stands above it, may be written without them. */
const MOST_LINES_ABOVE = 10;

/**
 * What stands around the cells of a file, where its head shows that it is not the usual quote: single or typographic
 * quotes around each cell that is not empty, from the header or the record after it on. An apostrophe, or a word in
 * quotes, is not that.
 *
 * @param text the head of the file.
 * @param atEnd whether it is the whole file.
 */
export function findQuote(text: string, delimiter: string, atEnd: boolean): Quote {
  for (const [quote, marks] of Object.entries(MARKS)) {
    if ([...marks].some((mark) => text.includes(mark)) && isQuotedBy(text, marks, delimiter, atEnd))
      return quote as Quote;
  }
  return '"';
}

function isQuotedBy(text: string, marks: string, delimiter: string, atEnd: boolean): boolean {
  let records = 0;
  let columns = 0;
  let above = 0;
  for (let at = 0; at < text.length && records < MOST_RECORDS; ) {
    const lineEnd = endOfLine(text, at);
    if (text.slice(at, lineEnd).trim() === "") {
      at = lineEnd + 1;
      continue;
    }
    const record = readQuoted(text, at, marks, delimiter);
    if (record === "cut") return !atEnd && records >= FEWEST_RECORDS;
    if (record === null || (records > 0 && record.cells !== columns)) {
      if (records > 0 || ++above > MOST_LINES_ABOVE) return false;
      at = lineEnd + 1;
      continue;
    }
    columns = record.cells;
    records += 1;
    at = record.end;
  }
  return records >= FEWEST_RECORDS;
}

type QuotedRecord = { cells: number; end: number };

/** @returns `null` where a cell is not in quotes, or there is one only; `cut` where none closes before the text ends. */
function readQuoted(
  text: string,
  start: number,
  marks: string,
  delimiter: string,
): QuotedRecord | "cut" | null {
  let at = start;
  for (let cells = 1; ; cells++) {
    at = afterSpaces(text, at, delimiter);
    if (at < text.length && marks.includes(text[at] as string)) {
      at = afterClosing(text, at + 1, marks, delimiter);
      if (at < 0) return "cut";
    }
    if (text[at] === delimiter) {
      at += 1;
    } else if (at >= text.length || text[at] === "\n" || text[at] === "\r") {
      return cells > 1 ? { cells, end: at + 1 } : null;
    } else {
      return null;
    }
  }
}

/** The place after a cell's closing mark and the spaces behind it, or -1. */
function afterClosing(text: string, from: number, marks: string, delimiter: string): number {
  for (let at = from; at < text.length; at++) {
    if (!marks.includes(text[at] as string)) continue;
    const end = afterSpaces(text, at + 1, delimiter);
    if (end >= text.length || text[end] === delimiter || text[end] === "\n" || text[end] === "\r") return end;
  }
  return -1;
}

function afterSpaces(text: string, from: number, delimiter: string): number {
  let at = from;
  while (text[at] === " " || (text[at] === "\t" && delimiter !== "\t")) at++;
  return at;
}

function endOfLine(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== "\n" && text[at] !== "\r") at++;
  return at;
}
