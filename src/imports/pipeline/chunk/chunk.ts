import type { Lease } from "../../../jobs/lease.ts";
import type { LeadRecord, Rejection } from "../../../leads/lead-record.ts";
import type { LeadLimit } from "../../../memberships/lead-limit.ts";

/** The import that a chunk belongs to, as far as writing needs it. */
export interface ChunkTarget {
  id: number;
  companyId: number;
  campaignId: number | null;
  onDuplicate: "skip" | "update" | "create";
  source: string | null;
  /** The stage of leads whose record names none. */
  initialStageId: number;
  /** How many leads the company may have, where there is a limit. */
  leadLimit: LeadLimit | null;
  /** Renewed by every chunk, as long as it is held. */
  lease: Lease;
  /** The ids of the questions of the file that have options. */
  choices: ReadonlySet<string>;
}

/** Records that go in together, each with its number in the file. */
export interface ChunkOfOutcomes {
  firstRecord: number;
  records: number;
  startOffset: number;
  endOffset: number;
  nextLine: number;
  /** With the cells of each: a limit may reject what is a lead otherwise. */
  leads: { record: number; lead: LeadRecord; cells: string[] }[];
  rejections: { record: number; rejection: Rejection; cells: string[] }[];
}
