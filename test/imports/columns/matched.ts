import type { Column } from "../../../src/imports/columns/column.ts";
import { matchColumns } from "../../../src/imports/columns/match-columns.ts";
import type { Question } from "../../../src/leads/lead-record.ts";

/** What each column is taken for, in short. */
export function match(
  header: string[],
  mapping: Record<string, string | null> | null = null,
  questions: Question[] = [],
): string[] {
  return matchColumns(header, mapping, questions).map(brief);
}

export function brief(column: Column): string {
  if (column.kind === "field") return column.field;
  if (column.kind === "question") return `question ${column.question.key}`;
  return column.kind === "custom" ? `custom ${column.name}` : column.kind;
}
