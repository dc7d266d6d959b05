import type { LeadRecord, RecordWarning } from "../../leads/lead-record.ts";

/** Says what of a record is not as certain as the rest. */
export function warn(lead: LeadRecord, warning: RecordWarning): void {
  lead.warnings ??= [];
  lead.warnings.push(warning);
}
