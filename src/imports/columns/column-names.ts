import { cleanCell } from "../../leads/normalize/clean-cell.ts";
import { shorten } from "../../leads/normalize/shorten.ts";
import { FileProblem } from "../readers/file-problem.ts";
import { foldHeader } from "./header-names.ts";

/** In UTF-16 units: what a custom field may be called. */
export const MAX_NAME_LENGTH = 255;

const MAX_LISTED_HEADERS = 20;

/** Names the columns of a file: blank headers get a name, repeated ones a number. */
export function nameColumns(header: string[]): string[] {
  const taken = new Map<string, number>();
  return header.map((cell, index) => unique(cleanCell(cell) ?? `column_${index + 1}`, taken));
}

/**
 * The name itself, or with ` (2)`, ` (3)` … when it is in use. `taken` holds the last number of each name, so that a
 * thousand columns of one name are not a million look-ups; what is returned is added to it.
 */
export function unique(name: string, taken: Map<string, number>): string {
  let candidate = name;
  let number = taken.get(name) ?? 0;
  while (taken.has(candidate)) candidate = `${name} (${++number})`;
  taken.set(name, Math.max(number, 1));
  if (candidate !== name) taken.set(candidate, 1);
  return candidate;
}

/**
 * Returns a function that finds the place of the column that a mapping names, `-1` where there is none. The headers
 * are folded once: a mapping may name as many columns as there are.
 */
export function headerFinder(headers: string[]): (name: string) => number {
  const exact = new Map<string, number>();
  const folded = new Map<string, number>();
  for (const [index, header] of headers.entries()) {
    if (!exact.has(header)) exact.set(header, index);
    const name = foldHeader(header);
    if (name !== "" && !folded.has(name)) folded.set(name, index);
  }
  return (name) => exact.get(cleanCell(name) ?? "") ?? folded.get(foldHeader(name)) ?? -1;
}

/** A sentence that names the columns of a file. */
export function listHeaders(headers: string[]): string {
  return `Its columns are ${listNames(headers)}.`;
}

/** The names of columns as a message has them: the first ones, and how many there are beside them. */
export function listNames(headers: readonly string[]): string {
  const listed = headers.slice(0, MAX_LISTED_HEADERS).map((header) => `“${shorten(header)}”`);
  const more = headers.length - listed.length;
  return `${listed.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** What is wrong with a file that has not all the columns of its mapping. @param what a sentence that names one. */
export function columnMissing(what: string, headers: string[]): FileProblem {
  return new FileProblem(
    "mapping_column_missing",
    `${what} ${listHeaders(headers)} Correct the mapping, or the file's header, and upload again.`,
  );
}

/** A thousand columns may have one name. */
export function memoized<Result>(read: (name: string) => Result): (name: string) => Result {
  const known = new Map<string, Result>();
  return (name) => {
    const before = known.get(name);
    if (before !== undefined || known.has(name)) return before as Result;
    const result = read(name);
    known.set(name, result);
    return result;
  };
}

/** The header of an unrecognized column, cut to the length of a custom field's name. */
export function limited(header: string): string {
  return header.length > MAX_NAME_LENGTH ? header.slice(0, MAX_NAME_LENGTH).toWellFormed() : header;
}
