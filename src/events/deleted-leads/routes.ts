import { tenantPolicy } from "../../http/policies/tenant.ts";
import { type Route, route } from "../../http/route.ts";
import { listDeletedLeads } from "./list-deleted.ts";
import { DeletedLeadsAnswer, DeletedLeadsParams, deletedLeadsQuery, exampleDeletedLead } from "./schemas.ts";

export const deletedLeadRoutes: Route[] = [
  route(
    {
      method: "get",
      path: "/companies/{company_id}/leads/deleted",
      operationId: "listDeletedLeads",
      summary: "List a company's leads that are gone",
      description:
        "For those who keep a copy of the leads and read what is changed by `sort=updated_at`: the leads that were " +
        "deleted, merged into others, erased, or taken back with their import, in that order, for 30 days. One that is " +
        "restored since is left out. Of each there is its id alone. To begin, take `after=latest`, keep " +
        "`meta.next_cursor`, and read all leads; then send it as `after`, at once again while `has_more` is true. " +
        "Cursors are those of the feed of events.\n\n" +
        "To an agent, leads that somebody else works now are gone, too. A cursor whose next events are older than " +
        "30 days, or which is ahead of the feed since the data was restored from a backup, is a 410.",
      tag: "Leads",
      access: tenantPolicy({ role: "viewer", field: "company_id" }),
      request: { params: DeletedLeadsParams, query: deletedLeadsQuery },
      response: {
        status: 200,
        description: "A page of leads that are gone, the first to go first.",
        schema: DeletedLeadsAnswer,
        example: { deleted_leads: [exampleDeletedLead], meta: { next_cursor: "1-42", has_more: false } },
      },
      errors: ["events_purged"],
    },
    ({ call, actor, tenant, companyId, query }) =>
      listDeletedLeads(call.databases, { actor, companyId, tenant }, query),
  ),
];
