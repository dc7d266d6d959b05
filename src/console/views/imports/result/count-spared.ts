import type { ImportFile } from "../../../api/import-types.ts";
import { get } from "../../../api/request.ts";
import type { LeadsMeta } from "../../../api/types.ts";
import { importedLeads } from "./imported-leads.ts";

/**
 * How many leads an undo would leave as they are, since somebody changed them after the import ended. Those that were
 * deleted since, or only noted, are not among them: the undo itself counts exactly.
 *
 * @throws Problem
 */
export async function countSpared(file: ImportFile, signal: AbortSignal): Promise<number> {
  if (!file.finished_at) return 0;
  const counts = await Promise.all(
    (["created", "updated"] as const).map(async (outcome) => {
      const { meta } = await get<{ meta: LeadsMeta }>(
        `/companies/${file.company.id}/leads`,
        {
          ...importedLeads(file.import_code, outcome),
          updated_at_gt: file.finished_at,
          count: "exact",
          limit: 1,
        },
        signal,
      );
      return meta.total_records ?? 0;
    }),
  );
  return counts.reduce((total, count) => total + count, 0);
}
