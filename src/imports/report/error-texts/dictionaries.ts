import type { RecordWarning } from "../../../leads/lead-record.ts";
import type { RejectionCode } from "../../matching/refusal.ts";

/** What is said of an error: what happened, and what to do. */
export interface ErrorText {
  reason: string;
  hint: string;
}

/** What is said of warnings, whose values are in their leads alone. */
export type WarningTexts = Record<RecordWarning["code"], ErrorText>;

/** What is said in a language that reasons are not kept in. */
export interface Translation {
  warnings: WarningTexts;
  rejections: Record<RejectionCode, ErrorText>;
}

/**
 * Reasons of rejections are kept in English, each with what its record says. What is the same for all of a code are the
 * hints, and the reason as it is told of many records at once.
 */
export interface Original {
  warnings: WarningTexts;
  reasons: Record<RejectionCode, string>;
  hints: Record<RejectionCode, string>;
}
