import type { LeadRecord, RecordWarning } from "../../leads/lead-record.ts";

/** Builds the warnings of a record: which values were uncertain, and what was done with them. */
export function warn(lead: LeadRecord, warning: RecordWarning): void {
  lead.warnings ??= [];
  lead.warnings.push(warning);
}
