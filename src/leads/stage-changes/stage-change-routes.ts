import { expectRows } from "../../db/expected-rows.ts";
import { linkPage } from "../../http/lists/pagination.ts";
import { rowPolicy } from "../../http/policies/row.ts";
import { type Route, route } from "../../http/route.ts";
import { namesOfAuthors } from "../../users/queries.ts";
import { loadLead } from "../load-lead.ts";
import { LeadParams } from "../schemas.ts";
import { exampleStageChange, LeadStageChangesAnswer, stageChangesQuery } from "./stage-change-schemas.ts";
import { listStageChanges, showStageChanges } from "./stage-changes.ts";

/** A lead's history. */
export const leadStageChangeRoutes: Route[] = [
  route(
    {
      method: "get",
      path: "/leads/{id}/stage_changes",
      operationId: "listLeadStageChanges",
      summary: "List a lead's changes of stage",
      description: "From which stage to which, who made the change and when.",
      tag: "Leads",
      access: rowPolicy({ role: "viewer", load: loadLead() }),
      request: { params: LeadParams, query: stageChangesQuery },
      response: {
        status: 200,
        description: "A page of changes, the newest first.",
        schema: LeadStageChangesAnswer,
        example: {
          stage_changes: [exampleStageChange],
          meta: { current_page: 1, next_page: null, prev_page: null, total_pages: 1, total_records: 1 },
        },
        headers: ["Link"],
      },
    },
    {
      async early({ params: { id }, query, databases: { directory }, tenantOf }) {
        const names = expectRows(`stage changes ${id}`, (ids) => namesOfAuthors(directory, ids));
        const { rows, total } = await listStageChanges(tenantOf(id), id, query);
        return { changes: await showStageChanges(directory, names, rows), total };
      },
      handle: async ({ call, query, read: { changes, total } }) => ({
        stage_changes: changes,
        meta: linkPage(call, query, total),
      }),
    },
  ),
];
