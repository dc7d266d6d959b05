import { rowPolicy } from "../../http/policies/row.ts";
import { creatingRoute, type Route } from "../../http/route.ts";
import { loadLead } from "../load-lead.ts";
import { findLead } from "../queries.ts";
import { exampleLead, LeadAnswer, LeadParams } from "../schemas.ts";
import { startLead } from "../show-leads.ts";
import { mergeLeads, readMerged } from "./merge.ts";
import { MergeLeadsBody } from "./merge-schemas.ts";

export const leadMergeRoutes: Route[] = [
  creatingRoute(
    {
      method: "post",
      path: "/leads/{id}/merge",
      operationId: "mergeLeads",
      summary: "Merge leads into one",
      description:
        "Others of the same company go into this lead, all at once or not at all. It keeps what it has and gets what " +
        "it lacks from them, in the order given; answers and custom fields key by key, tags united. Notes, the " +
        "history of stages and what imports know of them move to it. The others are deleted and name it as " +
        "`duplicate_of`: one that is restored within 30 days comes back without what moved. Where the lead gets " +
        "the e-mail or phone of a lead that is not among them, it is that one's duplicate from then on.\n\n" +
        "Sent again with the same `Idempotency-Key`, it gets the first answer; without one it is a 404 that names " +
        "the leads which are gone, since they are merged.",
      tag: "Leads",
      access: rowPolicy({ role: "manager", load: loadLead() }),
      keyed: true,
      request: { params: LeadParams, body: MergeLeadsBody },
      response: { status: 200, description: "The lead.", schema: LeadAnswer, example: { lead: exampleLead } },
      errors: ["precondition_failed"],
    },
    {
      early: ({ params, body, tenantOf }) => readMerged(tenantOf(params.id), [params.id, ...body.lead_ids]),
      async create({ call, actor, tenant, row, body, creation, read: first }) {
        const assigned = first.map(({ assignedTo }) => assignedTo);
        const show = startLead(call.databases, { actor, tenant }, assigned);
        return { merged: await mergeLeads(tenant, actor, row, body, first, call.now, creation), show };
      },
      async find({ call, actor, tenant }, id) {
        const merged = await findLead(tenant, id);
        return merged && { merged, show: startLead(call.databases, { actor, tenant }, [merged.assignedTo]) };
      },
      show: async (_, { merged, show }) => ({ lead: await show(merged) }),
    },
  ),
];
