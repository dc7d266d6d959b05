import type { LeadField } from "../../leads/fields.ts";
import type { Question } from "../../leads/lead-record.ts";
import type { PhonePlace } from "../../leads/normalize/phone/read-phone.ts";
import type { ColumnRule } from "./column-rule.ts";

/**
 * How a column was recognized: by the mapping, the one of the last time, that of a column which it is in the place of,
 * its header, or the values of its cells.
 */
export type FoundBy = "mapping" | "remembered" | "renamed" | "header" | "values";

/** What a column of a file holds. `header` is its name in the file, made up where that is blank or doubled. */
export type Column = {
  header: string;
  foundBy?: FoundBy;
  /** What a cell does to an existing lead; `overwrite` by default. */
  rule?: ColumnRule;
  /** Replacements for whole cells, by their text. */
  values?: Record<string, string>;
} & (
  | { kind: "field"; field: LeadField; contact?: ContactColumn; name?: string }
  /**
   * First and last name in one; where the record has them apart too, those count. `isCompanyFirst` where a comma has the
   * company before it, and no family name.
   */
  | { kind: "full_name"; isCompanyFirst?: true }
  /** A further part of a name, put after the column that has the first: the mother's family name. */
  | { kind: "name_part"; field: "first_name" | "last_name" }
  | { kind: "question"; question: Question; dateOrder?: "day" | "month" }
  /** Tags, several in a cell. */
  | { kind: "tags" }
  /** A calling code, or a country, that the record's phones are of. */
  | { kind: "phone_country"; name: string }
  /** The area code that the record's phones lack. */
  | { kind: "area_code"; name: string }
  /** Kept in the lead's custom fields under `name`; `isCountry` where it is one for a record that has no other. */
  | { kind: "custom"; name: string; isCountry?: true }
  | { kind: "ignored" }
  /** In an error file that is sent back, what a record had beyond the header. */
  | { kind: "surplus" }
);

/** Several columns may be an e-mail or a phone: of each record the first that holds one counts. */
export interface ContactColumn {
  /** The lowest is read first; of equal ones the leftmost. */
  rank: number;
  /** Whether it may hold the other kind as well: `Correo o teléfono`. */
  either?: boolean;
}

/** Ranks of contact columns. */
export const RANK = {
  mapping: 0,
  ownName: 1,
  primary: 2,
  plain: 3,
  secondary: 4,
  values: 5,
  /** Where a bill goes, and after it where goods go: the customer's, where a record has no other. */
  billing: 6,
  shipping: 7,
  /** A company's: shared by its people, so only for a record that has no other contact. */
  company: 8,
  /** Another person's, used where the file has no other contact. */
  other: 9,
} as const;

/** The first records below the header, and where their phones are from: what the header leaves open, they decide. */
export interface ColumnSample {
  records: string[][];
  place: PhonePlace;
}

/** Whether a column holds e-mails or phones. */
export function isContact(column: Column): boolean {
  return column.kind === "field" && column.contact !== undefined;
}

/** The ids of the questions that columns are, of those that have options. */
export function choicesOf(columns: readonly Column[]): Set<string> {
  return new Set(
    columns.flatMap((column) =>
      column.kind === "question" && column.question.kind.endsWith("_choice")
        ? [String(column.question.id)]
        : [],
    ),
  );
}
