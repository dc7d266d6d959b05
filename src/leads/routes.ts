import type * as z from "zod";
import { carryAfterAnswer } from "../audit/outbox/carry.ts";
import { originOf } from "../audit/record.ts";
import type { CompanyActor } from "../auth/actor.ts";
import type { Tenant } from "../db/leads/tenant.ts";
import { AppError } from "../errors.ts";
import { entityTag, matchesETag } from "../http/answer/entity-tag.ts";
import { BASE_PATH } from "../http/mount.ts";
import { rowPolicy } from "../http/policies/row.ts";
import { tenantPolicy } from "../http/policies/tenant.ts";
import type { Call } from "../http/request/call.ts";
import { creatingRoute, type Route, route } from "../http/route.ts";
import { requireKeyScope } from "../http/scope.ts";
import { leadLimitOf } from "../memberships/lead-limit.ts";
import { findCampaignQuestions } from "../questions/campaign-questions.ts";
import { eraseLead } from "./erase/erase-lead.ts";
import { loadLead } from "./load-lead.ts";
import { findLead, type LeadRow } from "./queries.ts";
import { CompanyLeadsParams, exampleLead, type Lead, LeadAnswer, LeadParams } from "./schemas.ts";
import { expectLead, showLead, startLead } from "./show-leads.ts";
import { createLead } from "./write/create-lead.ts";
import { removeLead } from "./write/remove-lead.ts";
import { restoreLead } from "./write/restore-lead.ts";
import { updateLead } from "./write/update-lead.ts";
import { CreateLeadBody, RemoveLeadQuery, UpdateLeadBody } from "./write/write-schemas.ts";

const answer = {
  status: 200,
  description: "The lead.",
  schema: LeadAnswer,
  example: { lead: exampleLead },
} as const;

const writing = (call: Call, tenant: Tenant, actor: CompanyActor, companyId: number) => ({
  directory: call.databases.directory,
  tenant,
  actor,
  companyId,
});

/** Leads one by one. */
export const leadRoutes: Route[] = [
  creatingRoute(
    {
      method: "post",
      path: "/companies/{company_id}/leads",
      operationId: "createLead",
      summary: "Create a lead",
      description:
        "It needs an e-mail or a phone. Texts are cleaned by the rules of an import; e-mail, phone and answers are " +
        "read by them, and so is who is the same person: by the e-mail, by the phone where not both have an e-mail, " +
        "or by the external id; each once in a company. An agent's new lead is assigned to the agent; only managers and owners assign to others.",
      tag: "Leads",
      access: tenantPolicy({ role: "agent", field: "company_id" }),
      request: { params: CompanyLeadsParams, body: CreateLeadBody },
      response: { ...answer, status: 201, headers: ["ETag", "Location"] },
      errors: ["lead_exists", "membership_limit"],
    },
    {
      early: async ({ params: { company_id: companyId }, body, databases, tenantOf }) => {
        const { campaign_id: campaignId } = body;
        const [limit, questions] = await Promise.all([
          leadLimitOf(databases.directory, companyId),
          campaignId ? questionsOf(tenantOf, companyId, campaignId) : null,
        ]);
        return { limit, asked: campaignId ? { campaignId, questions } : undefined };
      },
      create: ({ call, actor, tenant, companyId, body, creation, read: { limit, asked } }) =>
        createLead({ ...writing(call, tenant, actor, companyId), asked }, body, limit, call.now, creation),
      find: ({ tenant }, id) => findLead(tenant, id),
      show: async ({ call, actor, tenant }, row) => {
        call.setHeader("Location", `${BASE_PATH}/leads/${row.id}`);
        return withTag(call, await showLead(call.databases, { actor, tenant }, row));
      },
    },
  ),
  route(
    {
      method: "get",
      path: "/leads/{id}",
      operationId: "getLead",
      summary: "Get a lead",
      description: "An agent sees the leads that are assigned to them. A deleted lead is not found.",
      tag: "Leads",
      access: rowPolicy({ role: "viewer", load: loadLead() }),
      request: { params: LeadParams },
      response: { ...answer, etag: true },
    },
    {
      early: async ({ params: { id }, databases, tenantOf }) => expectLead(databases, tenantOf(id), id),
      handle: async ({ row, read: show, ...seen }) => ({ lead: await show(seen, row) }),
    },
  ),
  route(
    {
      method: "put",
      path: "/leads/{id}",
      operationId: "updateLead",
      summary: "Change a lead",
      description:
        "Changes the fields that are given; `null` empties one. With `If-Match` it happens only to the lead that the " +
        "client has seen. A change of stage goes into the lead's history. A change of campaign keeps the answers to " +
        "the one before. What would make it the same person as another lead is a 409. Agents cannot change " +
        "`assigned_to`.",
      tag: "Leads",
      access: rowPolicy({ role: "agent", load: loadLead() }),
      request: { params: LeadParams, body: UpdateLeadBody },
      ifMatch: true,
      response: { ...answer, headers: ["ETag"] },
      errors: ["lead_exists"],
    },
    async ({ call, actor, tenant, row, body }) => {
      const wanted = call.header("If-Match");
      const isWanted = async (present: LeadRow) =>
        matchesETag(
          wanted,
          entityTag(JSON.stringify({ lead: await showLead(call.databases, { actor, tenant }, present) })),
        );
      const show = startLead(call.databases, { actor, tenant }, [row.assignedTo, body.assigned_to]);
      const where = writing(call, tenant, actor, row.companyId);
      const changed = await updateLead(where, row, body, wanted ? isWanted : null, call.now);
      return withTag(call, await show(changed));
    },
  ),
  route(
    {
      method: "delete",
      path: "/leads/{id}",
      operationId: "removeLead",
      summary: "Delete or erase a lead",
      description:
        "A deleted lead is shown nowhere and can be restored for 30 days; then it is erased with its answers, notes, " +
        "tags and history. `erase=true` is the short form of `POST /leads/{id}/erase`: it erases the person at once.",
      tag: "Leads",
      access: rowPolicy({ role: "manager", load: loadLead({ deleted: true }) }),
      request: { params: LeadParams, query: RemoveLeadQuery },
      response: { status: 204, description: "It is deleted." },
      errors: ["import_running"],
    },
    async ({ call, actor, tenant, row, query }) => {
      if (query.erase === "true") {
        requireKeyScope(actor, "erasures:write");
        await eraseLead(call.env, tenant, row, originOf(call, actor));
        carryAfterAnswer(call, tenant.store);
      } else {
        await removeLead(tenant, actor, row, call.now);
      }
      return undefined;
    },
  ),
  route(
    {
      method: "post",
      path: "/leads/{id}/restore",
      operationId: "restoreLead",
      summary: "Restore a deleted lead",
      description: "Within 30 days, with all that it had. A lead that is not deleted stays as it is.",
      tag: "Leads",
      access: rowPolicy({ role: "manager", load: loadLead({ deleted: true }) }),
      request: { params: LeadParams },
      response: { ...answer, headers: ["ETag"] },
      errors: ["lead_exists", "membership_limit"],
    },
    async ({ call, actor, tenant, row }) => {
      const show = startLead(call.databases, { actor, tenant }, [row.assignedTo]);
      const where = writing(call, tenant, actor, row.companyId);
      return withTag(call, await show(await restoreLead(where, row, call.now)));
    },
  ),
];

/** The questions of a campaign; `null` where the company has none of that id, in whatever store that would be. */
async function questionsOf(tenantOf: (id: number) => Tenant, companyId: number, campaignId: number) {
  try {
    return await findCampaignQuestions(tenantOf(campaignId), companyId, campaignId);
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

/** A lead with the tag that a change of it can name. */
function withTag(call: Call, lead: z.input<typeof Lead>) {
  const body = { lead };
  call.setHeader("ETag", entityTag(JSON.stringify(body)));
  return body;
}
