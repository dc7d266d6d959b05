import type { AnswerValue, LeadText } from "./types.ts";

/** Of imports, as types.ts. */

export type StatusName =
  | "pending"
  | "processing"
  | "completed"
  | "completed_with_errors"
  | "failed"
  | "cancelled"
  | "validated"
  | "undone";

export type OnDuplicate = "skip" | "update" | "create";
export type FileKind = "csv" | "xlsx" | "gzip" | "zip" | "ndjson";
export type Certainty = "certain" | "likely" | "doubtful";

/** The counters that add up to the records that were processed. */
export type Outcome =
  | "created_records"
  | "updated_records"
  | "unchanged_records"
  | "duplicate_records"
  | "failed_records";

export interface ImportFile extends Record<Outcome, number> {
  import_code: string;
  status_name: StatusName;
  total_records: number | null;
  processed_records: number;
  warning_records: number;
  success_rate: number;
  progress: number;
  on_duplicate: OnDuplicate;
  started_at: string | null;
  finished_at: string | null;
  created_at: string;
  error_file: string | null;
  original_file: string | null;
  /** Where its events come from while it moves. */
  events_url: string | null;
  records_per_second: number | null;
  seconds_left: number | null;
  /** Whether it writes nothing: it ends as `validated`, and can be committed. */
  dry_run: boolean;
  /** What came out otherwise than its dry run announced. */
  drift: Partial<Record<Outcome | "warning_records" | "differing_records", number | undefined>> | null;
  imported_by: { full_name: string } | null;
  company: { id: number; name: string };
  campaign_id: number | null;
  failure: { code: string; detail: string } | null;
  file: {
    name: string;
    bytes: number;
    kind: FileKind | null;
    encoding: string;
    encoding_confidence: Certainty;
    delimiter: string | null;
    header_row: number | null;
    sheet: string | null;
  };
  warnings: { code: string; detail: string }[];
  same_file_as: string | null;
  /** Whose rejected records came back with it. */
  parent_import_code: string | null;
  undo: {
    status: "processing" | "completed";
    progress: number;
    finished_at: string | null;
    deleted_records: number;
    restored_records: number;
    spared_records: number;
    spared_file: string | null;
  } | null;
}

export type Rule = "overwrite" | "fill_empty" | "keep" | "append";

/** What one column of a file becomes. */
export type ColumnMapping =
  | string
  | null
  | { to: string | null; rule?: Rule | undefined; values?: Record<string, string> | undefined };

export type Mapping = Record<string, ColumnMapping>;

export interface PreviewColumn {
  index: number;
  header: string;
  samples: string[];
  filled: number;
  target: string | null;
  confidence: "certain" | "likely" | "none";
  found_by: "mapping" | "remembered" | "header" | "values" | null;
  values: { value: string; count: number; target: string | null }[];
  /** What a value can become; `null` where that is nothing to choose from. */
  choices: { value: string; label: string }[] | null;
}

export interface PreviewLead extends Record<LeadText, string | null> {
  stage: string | null;
  answers: Record<string, AnswerValue>;
  custom_fields: Record<string, string>;
  tags: string[];
}

export interface PreviewRecord {
  record: number;
  line: number;
  outcome: "lead" | "rejected";
  lead: PreviewLead | null;
  reason: string | null;
  warnings: { column: string | null; value: string; reason: string }[];
}

export interface Preview {
  file: {
    kind: FileKind;
    encoding: string;
    encoding_confidence: Certainty;
    delimiter: string | null;
    header_row: number;
    sheets: string[];
  };
  columns: PreviewColumn[];
  mapping: Mapping;
  sample_records: PreviewRecord[];
}

export interface ImportError {
  record: number;
  line: number | null;
  column: string | null;
  value: string | null;
  code: string;
  severity: "rejected" | "warning";
  reason: string;
  hint: string;
}

export interface ErrorGroup {
  code: string;
  column: string | null;
  severity: "rejected" | "warning";
  count: number;
}
