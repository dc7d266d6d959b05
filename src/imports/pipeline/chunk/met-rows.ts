import type { Decisions } from "../../matching/decide-outcomes.ts";
import { metRow } from "../../matching/met-row.ts";
import { EXTRA } from "../../matching/updated-columns.ts";
import type { ChunkTarget } from "./chunk.ts";
import { extraCell, parametersOf } from "./lead-rows.ts";

/** The rows of records that meet leads, each with its lead `l`, as SQL. */
export const MET_LEADS = `rows CROSS JOIN leads l ON l.id = CAST(${extraCell(EXTRA.leadId)} AS INTEGER)`;

type Met = Pick<Decisions["met"][number], "candidate" | "leadId">;

/**
 * The rows of records that meet leads, as JSON, in as few parameters as D1 allows.
 *
 * @param more what each row has after the cells of its record.
 */
export function metRows<M extends Met>(
  { rules, initialStageId }: ChunkTarget,
  met: readonly M[],
  more?: (met: M) => unknown[],
): string[] {
  return parametersOf(
    met.map((one) => {
      const row = metRow(one.candidate, one.leadId, rules, initialStageId);
      if (more) row.push(...more(one));
      return row;
    }),
  );
}
