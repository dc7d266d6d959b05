import type { Lease } from "../../../jobs/lease.ts";
import type { Rejection } from "../../../leads/lead-record.ts";
import type { LeadLimit } from "../../../memberships/lead-limit.ts";
import type { PlannedKeys } from "../../dry-run/planned-keys.ts";
import type { Candidate, MatchingRules } from "../../matching/decide-outcomes.ts";
import type { RejectionCode } from "../../matching/refusal.ts";
import type { NewFields } from "./statements/new-fields.ts";

/** The import that a chunk belongs to, as far as writing needs it. */
export interface ChunkTarget extends MatchingRules {
  id: number;
  companyId: number;
  campaignId: number | null;
  source: string | null;
  /** The stage of leads whose record names none. */
  initialStageId: number;
  /** How many leads the company may have, where there is a limit. */
  leadLimit: LeadLimit | null;
  /** Renewed by every chunk, as long as it is held. */
  lease: Lease;
  /** The ids of the questions of the file that have options. */
  choices: ReadonlySet<string>;
  /** The places of the columns that reasons of the store are about, by the codes of these. */
  cells: Partial<Record<RejectionCode, number>>;
  /** The custom fields that the slice has met. */
  fields: NewFields;
  /** Hashes the keys of what a dry run plans; `null` of an import that writes leads. */
  plan: PlannedKeys | null;
  /** Whether its dry run has kept what it announced of each record. */
  isCompared: boolean;
  /** Whether rejections are kept by their codes alone: who sent the records has the answer. */
  keepsCodesAlone?: boolean;
}

/** Records that go in together, each with its number in the file. */
export interface ChunkOfOutcomes {
  firstRecord: number;
  records: number;
  startOffset: number;
  endOffset: number;
  nextLine: number;
  /** The line that each of its records begins at. */
  lines: number[];
  /** With the cells of each: a limit may reject what is a lead otherwise. */
  leads: Candidate[];
  rejections: { record: number; rejection: Rejection; cells: string[] }[];
}

/** The line of the file that a record of a chunk begins at. */
export function lineOf({ firstRecord, lines }: ChunkOfOutcomes, record: number): number | undefined {
  return lines[record - firstRecord];
}
