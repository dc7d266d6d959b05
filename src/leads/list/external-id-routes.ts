import { and, sql } from "drizzle-orm";
import * as z from "zod";
import { leads } from "../../db/leads/schema.ts";
import { requireFound } from "../../errors.ts";
import { tenantPolicy } from "../../http/policies/tenant.ts";
import { type Route, route } from "../../http/route.ts";
import { PathId } from "../../http/validation/fields.ts";
import { selectLead } from "../queries.ts";
import { exampleLead, LeadAnswer } from "../schemas.ts";
import { visibleLeads } from "../scope.ts";
import { expectLeads } from "../show-leads.ts";

const PREFIX = "external:";

const Params = z.object({
  company_id: PathId,
  external_id: z
    .string()
    .max(PREFIX.length + 255)
    .refine((text) => text.startsWith(PREFIX) && text.length > PREFIX.length, {
      error: `must be ${PREFIX} and the external id, as in ${PREFIX}A-1`,
    })
    .meta({
      description: "`external:`, then what the other system calls the lead, encoded as a part of an address.",
      pattern: "^external:",
      example: "external:A-1",
    }),
});

/** A lead by what another system calls it. After all routes whose addresses have a word in this place. */
export const externalIdRoutes: Route[] = [
  route(
    {
      method: "get",
      path: "/companies/{company_id}/leads/{external_id}",
      operationId: "getLeadByExternalId",
      summary: "Get a lead by its external id",
      description:
        "The lead that has an external id; of copies none is found. An agent finds those that are assigned to them.",
      tag: "Leads",
      access: tenantPolicy({ role: "viewer", field: "company_id" }),
      request: { params: Params },
      response: {
        status: 200,
        description: "The lead.",
        schema: LeadAnswer,
        example: { lead: exampleLead },
        etag: true,
      },
    },
    async ({ call, actor, tenant, companyId, params }) => {
      const isIt = sql`${leads.id} = (SELECT l.id FROM leads l INDEXED BY leads_external_id
        WHERE l.company_id = ${companyId} AND l.external_id = ${params.external_id.slice(PREFIX.length)}
          AND l.duplicate_of IS NULL AND l.deleted_at IS NULL)`;
      const show = expectLeads(call.databases, { actor, tenant, companyId }, `external ${companyId}`);
      const [row] = await selectLead(tenant.db, companyId, and(isIt, visibleLeads(actor, companyId)));
      const [lead] = await show([requireFound(row)]);
      return { lead: requireFound(lead) };
    },
  ),
];
