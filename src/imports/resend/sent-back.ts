import type { Rejection } from "../../leads/lead-record.ts";
import { cleanCell } from "../../leads/normalize/clean-cell.ts";
import { shorten } from "../../leads/normalize/shorten.ts";
import { REPLACEMENT_CHARACTER } from "../../text/replacement-character.ts";
import type { Column } from "../columns/column.ts";
import { extraCells } from "./extra-cells.ts";
import { partColumns, REPORT_COLUMNS } from "./report-columns.ts";

/** What the records of an error file are judged by before they are cleaned. */
export interface SentBack {
  headers: string[];
  /** The places of the original's columns, and of those for cells beyond its header. */
  own: number[];
  surplus: number[];
  /** The place of the code that the record was rejected with. */
  code: number;
}

/** @returns `null` where the columns are not those of an error file. */
export function sentBackColumns(columns: readonly Column[]): SentBack | null {
  const report = REPORT_COLUMNS.map((name) =>
    // Where the original had a column of that name, the report's has a number.
    columns.findLastIndex(
      ({ kind, header }) => kind === "ignored" && (header === name || header.startsWith(`${name} (`)),
    ),
  );
  if (report.includes(-1)) return null;
  return {
    headers: columns.map(({ header }) => header),
    ...partColumns(columns, report),
    code: report[REPORT_COLUMNS.indexOf("_code")] ?? -1,
  };
}

/**
 * Finds out whether a record of an error file still has what it was rejected for, where cleaning would not see it: cells
 * beyond the header, a quote that was opened, letters that were lost. Anything else is judged as in any other file.
 */
export function sentBackProblem(cells: readonly string[], sent: SentBack): Rejection | null {
  const { own, surplus, headers } = sent;
  const extra = lastSurplus(cells, surplus);
  if (extra !== null) return extraCells(own.length + extra + 1, own.length, surplus[extra]);
  const code = cleanCell(cells[sent.code] ?? "");
  if (code !== "unclosed_quote" && code !== "invalid_encoding") return null;
  const isWrong = code === "unclosed_quote" ? isOpened : hasLostLetters;
  const cell = own.find((index) => isWrong(cells[index] ?? ""));
  if (cell === undefined) return null;
  const column = `The column “${shorten(headers[cell] ?? "")}”`;
  const reason =
    code === "unclosed_quote"
      ? `${column} still begins with a quote (") that does not close at its end: close it or leave it out.`
      : `${column} still has the sign for letters that were lost (U+FFFD): write them again.`;
  return { code, reason, cell };
}

const NUMBER = /^\d+$/;

/**
 * Which of the columns for surplus cells is the last one with something in it. Where somebody took cells out and let
 * the others move up, the report of the record has moved into these columns: then what is before it counts.
 */
function lastSurplus(cells: readonly string[], surplus: readonly number[]): number | null {
  let last: number | null = null;
  for (const [at, index] of surplus.entries()) {
    const text = cleanCell(cells[index] ?? "");
    if (text === null) continue;
    const isReport = NUMBER.test(text) && cleanCell(cells[index + 1] ?? "") === "extra_cells";
    if (isReport) break;
    last = at;
  }
  return last;
}

/** Whether a cell begins with a quote that does not close at its end. */
export function isOpened(cell: string): boolean {
  const text = cell.trim();
  if (!text.startsWith('"')) return false;
  return text.length < 2 || !text.endsWith('"') || text.slice(1, -1).replaceAll('""', "").includes('"');
}

function hasLostLetters(cell: string): boolean {
  return cell.includes(REPLACEMENT_CHARACTER);
}
