import type { ColumnRule } from "../matching/column-rules.ts";

/** What a mapping says of a column: what it holds, `null` for one to leave out, and how it is read and written. */
export type MappingEntry = string | null | MappedColumn;

export interface MappedColumn {
  to: string | null;
  rule?: ColumnRule | undefined;
  /** What stands in the file to what is read instead. */
  values?: Record<string, string> | undefined;
}

/** Header name to what the column is. */
export type Mapping = Record<string, MappingEntry>;

/** An entry of a mapping in its long form. */
export function mappedTo(entry: MappingEntry): MappedColumn {
  return typeof entry === "object" && entry !== null ? entry : { to: entry };
}
