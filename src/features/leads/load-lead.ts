import type { LoadRow } from "../../http/access.ts";
import { loadById } from "../../http/load-by-id.ts";
import { findLead, type LeadRow } from "./queries.ts";
import { assigneeSeen } from "./scope.ts";

const load = loadById(findLead);

/**
 * Finds the lead that `{id}` of the path names, as far as the caller sees it: an agent sees only their own.
 *
 * @param deleted whether a deleted lead is found too, for what restores or erases it.
 */
export function loadLead({ deleted = false }: { deleted?: boolean } = {}): LoadRow<LeadRow> {
  return async (params, tenantOf, actor) => {
    const found = await load(params, tenantOf, actor);
    if (!found || (found.row.deletedAt !== null && !deleted)) return null;
    const assignee = assigneeSeen(actor, found.row.companyId);
    return assignee === null || found.row.assignedTo === assignee ? found : null;
  };
}
