import type { ColumnRule } from "./column-rule.ts";

/** A mapping's entry for a column: its target (`null` to leave it out), and how it is read and written. */
export type MappingEntry = string | null | MappedColumn;

export interface MappedColumn {
  to: string | null;
  rule?: ColumnRule | undefined;
  /** A cell's text in the file, to the text that replaces it. */
  values?: Record<string, string> | undefined;
}

/** Header name to what the column is. */
export type Mapping = Record<string, MappingEntry>;

/** An entry of a mapping in its long form. */
export function mappedTo(entry: MappingEntry): MappedColumn {
  return typeof entry === "object" && entry !== null ? entry : { to: entry };
}
