import Papa from "papaparse";
import { foldHeader, isPlainHeader } from "../../imports/columns/header-names.ts";
import { CUSTOM_PREFIX } from "../../imports/columns/mapping-targets.ts";
import { REPORT_COLUMNS } from "../../imports/resend/report-columns.ts";
import type { QuestionRow } from "../../questions/queries.ts";
import { escapeCell } from "../../text/spreadsheet-escape.ts";
import { FIELD_LIST, type Field, LEAD_FIELDS } from "../fields.ts";
import { cleanCell } from "../normalize/clean-cell.ts";

export type ExportedField = Extract<Field, { exported: true }>;

/** A column of an export. */
export type ExportColumn =
  | { of: "field"; header: string; field: ExportedField }
  | { of: "tags"; header: string }
  /** The questions of one key, of several campaigns as it may be, in the order of their ids. */
  | { of: "answers"; header: string; questions: QuestionRow[] }
  | { of: "custom"; header: string; name: string };

/** A lead's own columns: every export has them all, so that none of the others is taken for one of them. */
export const OWN_COLUMNS: ExportColumn[] = [
  ...FIELD_LIST.filter((field) => field.exported).map((field) => ({
    of: "field" as const,
    header: field.key,
    field,
  })),
  { of: "tags", header: "tags" },
];

/**
 * The columns after a lead's own: questions by their keys, then custom fields by their names, both as an import
 * finds them. A custom field that an import would take for something else has `custom_fields.` before its name.
 *
 * @param asked the questions that leads of the export answered.
 * @param names what the custom fields of the export are called.
 * @param keys the keys of all questions of the company.
 */
export function otherColumns(asked: QuestionRow[], names: string[], keys: string[]): ExportColumn[] {
  const byKey = Map.groupBy(asked.toSorted(inOrder), ({ key }) => key);
  const answers = [...byKey].map(([key, questions]) => ({
    of: "answers" as const,
    header: key,
    questions: questions.toSorted((a, b) => a.id - b.id),
  }));
  const taken = new Set<string>([...LEAD_FIELDS, ...REPORT_COLUMNS]);
  const questionNames = new Set(keys.map(foldHeader));
  const isPlain = (name: string) =>
    !taken.has(name) &&
    !questionNames.has(foldHeader(name)) &&
    !name.startsWith(CUSTOM_PREFIX) &&
    isPlainHeader(name) &&
    cleanCell(name) === name;
  const custom = names
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((name) => ({ of: "custom" as const, header: isPlain(name) ? name : CUSTOM_PREFIX + name, name }));
  return [...answers, ...custom];
}

function inOrder(a: QuestionRow, b: QuestionRow): number {
  return a.campaignId - b.campaignId || a.position - b.position || a.id - b.id;
}

/** Cells as lines of CSV (RFC 4180), none of which a spreadsheet takes for a formula. */
export function csv(rows: string[][]): string {
  return Papa.unparse(
    rows.map((cells) => cells.map(escapeCell)),
    { newline: NEWLINE },
  );
}

export const NEWLINE = "\r\n";

/** What a spreadsheet tells UTF-8 by: files for people begin with it. */
export const BOM = "\uFEFF";
