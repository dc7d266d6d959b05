import type { Encoding } from "./readers/encodings/encodings.ts";

/** What the sender knows of how to read a file; `null` is found out. */
export interface ReadingHints {
  encoding: Encoding | null;
  delimiter: string | null;
  /** The line of the header, from 1; 0 for a file without one. */
  headerLine: number | null;
  /** The name of a workbook's sheet, or its number from 1. */
  sheet: string | null;
  /** The names of the fields that came with the file: for an error file, the others are those of its original. */
  sent?: string[];
  /** The code of the import that it is the error file of. */
  parent?: string;
}
