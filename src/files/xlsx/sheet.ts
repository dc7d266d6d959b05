/** What a cell holds: its text, or the text with what is shown of it. */
export type SheetCell = string | SheetNote;

export interface SheetNote {
  text: string;
  /** A comment at the cell; `null` for none. */
  comment: string | null;
  /** Whether the cell is coloured as one to be corrected. */
  isWrong?: boolean;
}

export type SheetRow = readonly SheetCell[];

/** What may be chosen in the cells of a column below the header. */
export interface ChoiceList {
  /** From 0. */
  column: number;
  options: readonly string[];
  /** Whether other texts are refused; otherwise they are possible after a question. */
  isStrict: boolean;
}

/** A workbook with one sheet for people to fill in or to correct. */
export interface Sheet {
  /** Up to 31 characters, without `[]:*?/\`. */
  name: string;
  /** The rows in pages of any size: the first row is the header, which is bold and stays in view. */
  pages: Iterable<readonly SheetRow[]> | AsyncIterable<readonly SheetRow[]>;
  lists?: readonly ChoiceList[];
  /** The widths of the first columns, in characters. */
  widths?: readonly number[];
  /** Whether cells may have comments: those of a sheet that has none are left out. */
  hasComments?: boolean;
}

/** Shapes of comments make spreadsheets slow: those beyond are left out. */
export const MOST_COMMENTS = 5000;
