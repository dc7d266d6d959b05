import { linkCursorPage } from "../../http/lists/pagination.ts";
import { tenantPolicy } from "../../http/policies/tenant.ts";
import type { Call } from "../../http/request/call.ts";
import { type Route, route } from "../../http/route.ts";
import { CompanyLeadsParams, exampleLead } from "../schemas.ts";
import { expectLeads } from "../show-leads.ts";
import { type LeadsSeen, listLeads } from "./list-leads.ts";
import { LeadsAnswer, type LeadsRequest, leadsQuery } from "./list-schemas.ts";

const access = tenantPolicy({ role: "viewer", field: "company_id" });
const request = { params: CompanyLeadsParams, query: leadsQuery };

const page = {
  status: 200 as const,
  description: "A page of leads, the latest first.",
  schema: LeadsAnswer,
  example: {
    leads: [exampleLead],
    meta: {
      current_page: 1,
      next_page: null,
      prev_page: null,
      total_pages: 1,
      total_records: 1,
      next_cursor: null,
    },
  },
  headers: ["Link" as const],
};

/** The lists of leads: what is shown, filtered and found in them is the same. */
export const leadListRoutes: Route[] = [
  route(
    {
      method: "get",
      path: "/companies/{company_id}/leads/unassigned",
      operationId: "listUnassignedLeads",
      summary: "List a company's leads that nobody works",
      description: "As the list of all leads. An agent, who sees their own alone, gets none.",
      tag: "Leads",
      access,
      request,
      response: page,
    },
    async ({ call, query, ...seen }) =>
      show(call, seen, {
        ...query,
        filters: [...query.filters, { field: "assigned_to", predicate: "null", value: true }],
      }),
  ),
  route(
    {
      method: "get",
      path: "/companies/{company_id}/leads",
      operationId: "listLeads",
      summary: "List a company's leads",
      description:
        "Filters go by what a lead shows. Beside those below, `answers.<key>_eq`, `_in`, `_cont`, `_gt`, `_gteq`, " +
        "`_lt`, `_lteq` and `_null` go by the answer to the question of that key, as far as its kind can be " +
        "compared so, and `custom_fields.<name>_eq`, `_in`, `_cont` and `_null` by a custom field.\n\n" +
        "Stages go by key or id. Deep in a long list, follow `meta.next_cursor` instead of `page`. " +
        "An agent sees the leads that are assigned to them.",
      tag: "Leads",
      access,
      request,
      response: page,
    },
    async ({ call, query, ...seen }) => show(call, seen, query),
  ),
];

async function show(call: Call, seen: LeadsSeen, query: LeadsRequest) {
  const databases = call.databases;
  const showLeads = expectLeads(databases, seen, `leads ${seen.companyId}`);
  const page = await listLeads(databases, seen, query, showLeads);
  return { leads: page.leads, meta: linkCursorPage(call, query, page) };
}
