import { FIELD_LIST, type Field, type LeadField } from "./fields.ts";

export type Answer = string | number | boolean | string[];

/** A campaign's question, as far as an answer in a file needs it. */
export interface Question {
  id: number;
  key: string;
  kind: "single_choice" | "multiple_choice" | "text" | "number" | "date" | "boolean";
  options: { label: string; value: string; archived: boolean }[];
}

export interface Stage {
  id: number;
  key: string;
  name: string;
}

/** The fields of a lead by their columns: cleaned, and `null` wherever the record says nothing. */
type FieldValues = {
  [Row in Field as Row["column"]]: (Row["kind"] extends "stage" ? number : string) | null;
};

/**
 * A record of a file that became a lead. `email` is in lower case; `phoneRaw` is the phone as it stood in the file,
 * where it could not be read or says more than its number.
 */
export interface LeadRecord extends FieldValues {
  /** By question id. */
  answers: Record<string, Answer> | null;
  /** By header name. */
  customFields: Record<string, string> | null;
  /** Each once. */
  tags: string[] | null;
  /** Gathers the names of the custom fields of all records of a file; `null` where nobody asks. */
  fieldNames: Set<string> | null;
  /** The columns that `[clear]` cells empty on an existing lead; `null` for none. */
  clears: Clears | null;
  /** The warnings about values that were not read with certainty; `null` for none. */
  warnings: RecordWarning[] | null;
}

/** What a record clears. */
export interface Clears {
  fields: LeadField[];
  /** The ids of questions. */
  answers: string[];
  /** The names of custom fields. */
  customFields: string[];
  tags: boolean;
}

/** An uncertain value of a record that became a lead: a stable code, the column, and what was done. */
export interface RecordWarning {
  code:
    | "invalid_email"
    | "invalid_phone"
    | "excel_number"
    | "unknown_country"
    | "unassigned_phone"
    | "contact_in_other_column"
    | "company_contact"
    | "unknown_stage"
    | "invalid_answer"
    | "invalid_url"
    | "invalid_tag"
    | "invalid_name"
    | "repeated_key"
    | "encoding_in_doubt"
    | "quotes_in_doubt";
  /** The column's header. */
  column: string;
  value: string;
  reason: string;
}

/** Why a record could not become a lead: a stable code, and a sentence that says what to do. */
export interface Rejection {
  code:
    | "missing_contact"
    | "invalid_email"
    | "invalid_phone"
    | "excel_number"
    | "unknown_country"
    | "test_lead"
    | "example_record"
    | "header_record"
    | "other_table"
    | "extra_cells"
    | "too_long"
    | "invalid_encoding"
    | "unclosed_quote"
    | "invalid_json";
  reason: string;
  /** The place of the cell in question, from 0; absent where it is about none, or about several. */
  cell?: number;
}

/** What a lead is begun with: copied for each, so that all have their properties in one order. V8 then sees one hidden class. */
export const EMPTY_LEAD = Object.fromEntries(
  [
    ...FIELD_LIST.map(({ column }) => column),
    "answers",
    "customFields",
    "tags",
    "fieldNames",
    "clears",
    "warnings",
  ].map((column) => [column, null]),
) as unknown as LeadRecord;
