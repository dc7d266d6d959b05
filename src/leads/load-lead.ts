import type { CompanyActor } from "../auth/actor.ts";
import type { LoadRow } from "../http/policies/row.ts";
import { loadById } from "../http/policies/row.ts";
import { findLead, type LeadRow } from "./queries.ts";
import { visibleAssignee } from "./scope.ts";

const load = loadById(findLead);

/**
 * Finds the lead that `{id}` of the path names, as far as the caller sees it: an agent sees only their own.
 *
 * @param deleted whether a deleted lead is found too, for what restores or erases it.
 */
export function loadLead({ deleted = false }: { deleted?: boolean } = {}): LoadRow<LeadRow> {
  return async (params, tenantOf) => {
    const located = await load(params, tenantOf);
    if (!located || (located.row.deletedAt !== null && !deleted)) return null;
    const { companyId, assignedTo } = located.row;
    const isSeenBy = (actor: CompanyActor) => {
      const assignee = visibleAssignee(actor, companyId);
      return assignee === null || assignedTo === assignee;
    };
    return { ...located, isSeenBy };
  };
}
