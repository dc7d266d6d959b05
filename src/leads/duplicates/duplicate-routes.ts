import * as z from "zod";
import { listQuery } from "../../http/lists/list-query.ts";
import { linkPage, PageMeta } from "../../http/lists/pagination.ts";
import { tenantPolicy } from "../../http/policies/tenant.ts";
import { type Route, route } from "../../http/route.ts";
import { CompanyLeadsParams, exampleLead, Lead } from "../schemas.ts";
import { expectLeads } from "../show-leads.ts";
import { listDuplicates, SHOWN_LEADS } from "./duplicates.ts";
import { MATCH_KEYS } from "./match-keys.ts";

const LeadDuplicates = z
  .strictObject({
    key: z.enum(MATCH_KEYS).meta({ description: "What they have in common." }),
    value: z.string().max(255),
    count: z.int().min(2),
    leads: z
      .array(Lead)
      .max(SHOWN_LEADS)
      .meta({ description: `The first ${SHOWN_LEADS}; \`duplicate_of_eq\` lists all that point to one.` }),
  })
  .meta({ id: "LeadDuplicates" });

const LeadDuplicatesAnswer = z
  .strictObject({ duplicates: z.array(LeadDuplicates).max(100), meta: PageMeta })
  .meta({ id: "LeadDuplicatesAnswer" });

export const leadDuplicateRoutes: Route[] = [
  route(
    {
      method: "get",
      path: "/companies/{company_id}/leads/duplicates",
      operationId: "listDuplicateLeads",
      summary: "List leads that are one person",
      description:
        "In groups: a lead and its duplicates, which an import with `on_duplicate=create` made. Sorted by the id of " +
        "the first lead of each. An agent gets the groups of which two leads or more are assigned to them, and of " +
        "these those. `POST /leads/{id}/merge` makes one of them.",
      tag: "Leads",
      access: tenantPolicy({ role: "viewer", field: "company_id" }),
      request: { params: CompanyLeadsParams, query: listQuery({}, ["-id"]) },
      response: {
        status: 200,
        description: "A page of groups.",
        schema: LeadDuplicatesAnswer,
        example: {
          duplicates: [
            {
              key: "email",
              value: "lucia@example.com",
              count: 2,
              leads: [exampleLead, { ...exampleLead, id: 7, duplicate_of: 1 }],
            },
          ],
          meta: { current_page: 1, next_page: null, prev_page: null, total_pages: 1, total_records: 1 },
        },
        headers: ["Link"],
      },
    },
    async ({ call, query, ...seen }) => {
      const showLeads = expectLeads(call.databases, seen, `duplicates ${seen.companyId}`);
      const { groups, total } = await listDuplicates(seen.tenant, seen, query);
      const shown = await showLeads(groups.flatMap(({ rows }) => rows));
      const byId = new Map(shown.map((lead) => [lead.id, lead]));
      return {
        duplicates: groups.map(({ key, value, count, rows }) => ({
          key,
          value,
          count,
          leads: rows.flatMap(({ id }) => byId.get(id) ?? []),
        })),
        meta: linkPage(call, query, total),
      };
    },
  ),
];
