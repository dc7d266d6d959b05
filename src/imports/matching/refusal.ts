import type { Rejection } from "../../leads/lead-record.ts";

/** All that a record of a file is rejected for: what stands in it, the leads that it meets, or a limit. */
export type RejectionCode =
  | Rejection["code"]
  | "ambiguous_match"
  | "external_id_taken"
  | "no_match"
  | "too_many_tags"
  | "too_many_custom_fields"
  | "membership_limit";

/** Why a record is rejected: a stable code, and a sentence that says what to do. */
export interface Refusal extends Omit<Rejection, "code"> {
  code: RejectionCode;
}
