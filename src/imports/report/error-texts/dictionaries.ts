import type { RecordWarning } from "../../../leads/lead-record.ts";
import type { RejectionCode } from "../../matching/refusal.ts";

/** What is said of an error: what happened, and what to do. */
export interface ErrorText {
  reason: string;
  hint: string;
}

/** What is said of warnings, whose values are in their leads alone. */
export type WarningTexts = Record<RecordWarning["code"], ErrorText>;

/**
 * What is said in a language. Reasons of rejections are kept in English, each with what its record says: what is said
 * here is the same for all of a code.
 */
export interface Translation {
  warnings: WarningTexts;
  rejections: Record<RejectionCode, ErrorText>;
}
