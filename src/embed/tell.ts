import type { ImportFile } from "../console/api/import-types.ts";
import { Problem } from "../console/api/problem.ts";
import { messageOf } from "../console/parts/problem-notice.tsx";

/** What a page learns of an import that has ended. */
export type Ledger = Pick<
  ImportFile,
  | "import_code"
  | "status_name"
  | "processed_records"
  | "created_records"
  | "updated_records"
  | "unchanged_records"
  | "duplicate_records"
  | "failed_records"
  | "warning_records"
>;

/** What a page learns of what went wrong: a code for programs, and what the person reads. */
export interface Failure {
  code: string;
  message: string;
}

/** Tells the page something, as an event of the element. */
export type Tell = <Kind extends keyof Told>(kind: Kind, detail: Told[Kind]) => void;

interface Told {
  done: Ledger;
  error: Failure;
}

/** The ledger of an import. */
export function ledgerOf(file: ImportFile): Ledger {
  const { import_code, status_name, processed_records, created_records, updated_records } = file;
  const { unchanged_records, duplicate_records, failed_records, warning_records } = file;
  return {
    import_code,
    status_name,
    processed_records,
    created_records,
    updated_records,
    unchanged_records,
    duplicate_records,
    failed_records,
    warning_records,
  };
}

/** An error, as a page learns it. */
export function failureOf(error: unknown): Failure {
  return { code: error instanceof Problem ? error.code : "unknown", message: messageOf(error) };
}
