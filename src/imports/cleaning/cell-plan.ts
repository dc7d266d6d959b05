import { FIELDS, type LeadField, MAX_TEXT_LENGTH } from "../../leads/fields.ts";
import { type Column, RANK } from "../columns/column.ts";

/** What cleaning has to know of a column: worked out once a file, with the same properties for every column. */
export interface CellPlan {
  column: Column;
  /** Whether nothing of it comes to the lead. */
  isIgnored: boolean;
  /** Its index among the columns of contacts; -1 for any other column. */
  contact: number;
  /** The longest text that it may hold, in UTF-16 units. */
  maxLength: number;
  values: Record<string, string> | null;
  /** The lead's field that it holds, where it holds one. */
  field: (typeof FIELDS)[LeadField] | null;
  /** Whether it holds external ids. */
  isId: boolean;
  /** Whether it is the country of a record that says none before: `Home Country` after `Business Country`. */
  isSpareCountry: boolean;
  /** Whether it holds job titles, and its name may mean what people are addressed with, too. */
  mayBeHonorific: boolean;
}

/** A column `Title` may be of job titles, or of what people are addressed with: `Dr.` */
const TITLE = /^\s*(?:title|t[ií]tulo)/i;

/** The plans of a file's columns. */
export function cellPlans(columns: readonly Column[]): CellPlan[] {
  let contacts = 0;
  return columns.map((column) => {
    const isContact = column.kind === "field" && (column.field === "email" || column.field === "phone");
    return {
      column,
      isIgnored: column.kind === "ignored" || column.kind === "surplus",
      contact: isContact ? contacts++ : -1,
      maxLength: maxLengthOf(column),
      values: column.values ?? null,
      field: column.kind === "field" ? FIELDS[column.field] : null,
      isId: column.kind === "field" && column.field === "external_id",
      isSpareCountry: column.kind === "custom" && column.isCountry === true,
      mayBeHonorific: column.kind === "field" && column.field === "job_title" && TITLE.test(column.header),
    };
  });
}

function maxLengthOf(column: Column): number {
  if (column.kind === "full_name") return FIELDS.first_name.maxLength;
  if (column.kind === "name_part") return FIELDS[column.field].maxLength;
  if (column.kind !== "field") return MAX_TEXT_LENGTH;
  // A further e-mail or phone is kept unless it is a placeholder.
  const isFurther = column.contact !== undefined && column.contact.rank > RANK.plain;
  return isFurther ? MAX_TEXT_LENGTH : FIELDS[column.field].maxLength;
}
