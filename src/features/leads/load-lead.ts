import { STORE_SPAN } from "../../db/leads/provision.ts";
import type { LoadRow } from "../../http/access.ts";
import { findLead, type LeadRow } from "./queries.ts";
import { assigneeSeen } from "./scope.ts";

/**
 * Finds the lead that `{id}` of the path names, as far as the caller sees it: its id says in which store to look,
 * and an agent sees only their own.
 *
 * @param deleted whether a deleted lead is found too, for what restores or erases it.
 */
export function loadLead({ deleted = false }: { deleted?: boolean } = {}): LoadRow<LeadRow> {
  return async ({ id: given }, tenantOf, actor) => {
    const id = Number(given);
    const tenant = Number.isSafeInteger(id) && id > 0 ? tenantOf(Math.floor(id / STORE_SPAN)) : null;
    const row = tenant && (await findLead(tenant, id));
    if (!tenant || !row || (row.deletedAt !== null && !deleted)) return null;
    const assignee = assigneeSeen(actor, row.companyId);
    return assignee === null || row.assignedTo === assignee ? { row, tenant } : null;
  };
}
