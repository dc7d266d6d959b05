/** What a cell of a file does to an existing lead. */
export const COLUMN_RULES = ["overwrite", "fill_empty", "keep", "append"] as const;

export type ColumnRule = (typeof COLUMN_RULES)[number];
