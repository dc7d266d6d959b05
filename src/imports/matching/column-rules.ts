import type { Column } from "../columns/column.ts";
import type { ColumnRule } from "../columns/column-rule.ts";

/** The rules of an import by their target; `overwrite` is the default. */
export interface ColumnRules {
  /** By the name of a lead's column. */
  fields: ReadonlyMap<string, ColumnRule>;
  /** By the id of a question. */
  answers: ReadonlyMap<string, ColumnRule>;
  /** By the name of a custom field. */
  customFields: ReadonlyMap<string, ColumnRule>;
}

/** The rules that the columns of a file have. */
export function rulesOf(columns: readonly Column[]): ColumnRules {
  const fields = new Map<string, ColumnRule>();
  const answers = new Map<string, ColumnRule>();
  const customFields = new Map<string, ColumnRule>();
  for (const column of columns) {
    if (column.rule === undefined || column.rule === "overwrite") continue;
    if (column.kind === "field") fields.set(column.field, column.rule);
    if (column.kind === "full_name") for (const name of NAME_FIELDS) fields.set(name, column.rule);
    if (column.kind === "tags") fields.set("tags", column.rule);
    if (column.kind === "question") answers.set(String(column.question.id), column.rule);
    if (column.kind === "custom") customFields.set(column.name, column.rule);
  }
  return { fields, answers, customFields };
}

const NAME_FIELDS = ["first_name", "last_name"];
