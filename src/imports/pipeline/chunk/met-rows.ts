import type { Decisions } from "../../matching/decide-outcomes.ts";
import { metRow } from "../../matching/met-row.ts";
import { EXTRA } from "../../matching/updated-columns.ts";
import type { ChunkTarget } from "./chunk.ts";
import { extraCell, parametersOf } from "./lead-rows.ts";

/** The rows of records that meet leads, each with its lead `l`, as SQL. */
export const MET_LEADS = `rows CROSS JOIN leads l ON l.id = CAST(${extraCell(EXTRA.leadId)} AS INTEGER)`;

/** The rows of records that meet leads, as JSON, in as few parameters as D1 allows. */
export function metRows(
  { rules, initialStageId }: ChunkTarget,
  met: readonly Pick<Decisions["met"][number], "candidate" | "leadId">[],
): string[] {
  return parametersOf(met.map(({ candidate, leadId }) => metRow(candidate, leadId, rules, initialStageId)));
}
