import { carryAfterAnswer } from "../audit/outbox/carry.ts";
import { originOf } from "../audit/record.ts";
import type { Actor } from "../auth/actor.ts";
import type { Tenant } from "../db/leads/tenant.ts";
import type { AppContext } from "../http/context.ts";
import { BASE_PATH, entityTag, matchesETag } from "../http/mount.ts";
import { creatingRoute, type Route, route } from "../http/route.ts";
import { eraseLead } from "./erase/erase-lead.ts";
import { loadLead } from "./load-lead.ts";
import { findLead, type LeadRow } from "./queries.ts";
import { CompanyLeadsParams, exampleLead, LeadAnswer, LeadParams } from "./schemas.ts";
import { showLead } from "./show-leads.ts";
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

const writing = (c: AppContext, tenant: Tenant, actor: Actor, companyId: number) => ({
  directory: c.get("databases").directory,
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
      access: { kind: "tenant", role: "agent", field: "company_id" },
      request: { params: CompanyLeadsParams, body: CreateLeadBody },
      response: { ...answer, status: 201, headers: ["ETag", "Location"] },
      errors: ["lead_exists", "membership_limit"],
    },
    {
      create: ({ c, actor, tenant, companyId, body, creation }) =>
        createLead(writing(c, tenant, actor, companyId), body, c.get("now"), creation),
      find: ({ tenant }, id) => findLead(tenant, id),
      show: ({ c, actor, tenant }, row) => {
        c.header("Location", `${BASE_PATH}/leads/${row.id}`);
        return withTag(c, { actor, tenant }, row);
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
      access: { kind: "row", role: "viewer", load: loadLead() },
      request: { params: LeadParams },
      response: { ...answer, etag: true },
    },
    async ({ c, row, ...seen }) => ({ lead: await showLead(c.get("databases"), seen, row) }),
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
      access: { kind: "row", role: "agent", load: loadLead() },
      request: { params: LeadParams, body: UpdateLeadBody },
      ifMatch: true,
      response: { ...answer, headers: ["ETag"] },
      errors: ["lead_exists"],
    },
    async ({ c, actor, tenant, row, body }) => {
      const wanted = c.req.header("If-Match");
      const isWanted = async (present: LeadRow) =>
        matchesETag(
          wanted,
          entityTag(JSON.stringify({ lead: await showLead(c.get("databases"), { actor, tenant }, present) })),
        );
      const where = writing(c, tenant, actor, row.companyId);
      const changed = await updateLead(where, row, body, wanted ? isWanted : null, c.get("now"));
      return withTag(c, { actor, tenant }, changed);
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
      access: { kind: "row", role: "manager", load: loadLead({ deleted: true }) },
      request: { params: LeadParams, query: RemoveLeadQuery },
      response: { status: 204, description: "It is deleted." },
      errors: ["import_running"],
    },
    async ({ c, actor, tenant, row, query }) => {
      if (query.erase === "true") {
        await eraseLead(c.env, tenant, row, originOf(c, actor.userId));
        carryAfterAnswer(c, tenant.store);
      } else {
        await removeLead(tenant, row, c.get("now"));
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
      access: { kind: "row", role: "manager", load: loadLead({ deleted: true }) },
      request: { params: LeadParams },
      response: { ...answer, headers: ["ETag"] },
      errors: ["lead_exists", "membership_limit"],
    },
    async ({ c, actor, tenant, row }) => {
      const where = writing(c, tenant, actor, row.companyId);
      return withTag(c, { actor, tenant }, await restoreLead(where, row, c.get("now")));
    },
  ),
];

/** A lead with the tag that a change of it can name. */
async function withTag(c: AppContext, seen: { actor: Actor; tenant: Tenant }, row: LeadRow) {
  const body = { lead: await showLead(c.get("databases"), seen, row) };
  c.header("ETag", entityTag(JSON.stringify(body)));
  return body;
}
