/** The columns that a lead has of its own, under the names that a file or a mapping may use. */
export const LEAD_FIELDS = [
  "email",
  "phone",
  "first_name",
  "last_name",
  "company_name",
  "job_title",
  "city",
  "state",
  "country",
  "source",
  "stage",
  "notes",
  "external_id",
] as const;

export type LeadField = (typeof LEAD_FIELDS)[number];

/** The fields that are text and nothing else, each with its property. */
export const TEXT_PROPERTIES = {
  first_name: "firstName",
  last_name: "lastName",
  company_name: "companyName",
  job_title: "jobTitle",
  city: "city",
  state: "state",
  country: "country",
  source: "source",
  notes: "notes",
  external_id: "externalId",
} as const satisfies Partial<Record<LeadField, string>>;

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

/** A record of a file that became a lead: cleaned, and `null` wherever the record says nothing. */
export interface LeadRecord {
  /** Lower-cased. It makes the record the same person as another; without one, the phone does. */
  email: string | null;
  phone: string | null;
  /** The phone as it stood in the file, where it could not be read or says more than its number. */
  phoneRaw: string | null;
  firstName: string | null;
  lastName: string | null;
  companyName: string | null;
  jobTitle: string | null;
  city: string | null;
  state: string | null;
  country: string | null;
  source: string | null;
  stageId: number | null;
  notes: string | null;
  externalId: string | null;
  /** By question id. */
  answers: Record<string, Answer> | null;
  /** By header name. */
  customFields: Record<string, string> | null;
  /** What of the record could not be read with certainty; `null` where all could. */
  warnings: RecordWarning[] | null;
}

/** What of a record that became a lead is not as certain as the rest: a stable code, where, and what was done. */
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
    | "encoding_in_doubt";
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
    | "extra_cells"
    | "too_long"
    | "invalid_encoding"
    | "unclosed_quote";
  reason: string;
}
