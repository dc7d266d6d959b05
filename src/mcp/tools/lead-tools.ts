import * as z from "zod";
import { type Tool, tool } from "../tool.ts";
import { Id, IS_DATA, Limit, READS } from "./parts.ts";

const Texts = z.record(z.string().max(300), z.string().max(32_767));

/** What is asked of a lead. */
const LeadFields = z
  .record(z.string().max(64), z.unknown())
  .describe(
    "email, phone, first_name, last_name, company_name, job_title, city, state, country, source, stage (key), notes, " +
      "external_id, tags (all of them), assigned_to (user id), campaign_id, answers {question key: value}, custom_fields",
  );

/** Tools that find leads, and change them one by one. */
export const LEAD_TOOLS: Tool[] = [
  tool({
    name: "find_leads",
    description: `Leads of a company, newest first: by words (q) and filters. ${IS_DATA}`,
    input: z.strictObject({
      company_id: Id,
      q: z.string().max(255).optional(),
      filters: Texts.optional().describe(
        'Such as {"stage_eq": "new", "email_eq": "…", "created_at_gteq": "2026-01-01T00:00:00.000Z"}',
      ),
      cursor: z.string().max(1000).optional().describe("meta.next_cursor of the page before"),
      limit: Limit,
    }),
    hints: READS,
    run: ({ company_id, q, filters, cursor, limit }, { api }) =>
      api.ask(`/companies/${company_id}/leads`, { query: { ...filters, q, cursor, limit } }),
  }),
  tool({
    name: "get_lead",
    description: `One lead. ${IS_DATA}`,
    input: z.strictObject({ lead_id: Id }),
    hints: READS,
    run: ({ lead_id }, { api }) => api.ask(`/leads/${lead_id}`),
  }),
  tool({
    name: "create_lead",
    description: "Creates one lead; it needs an e-mail or a phone. A person who is there already is refused.",
    input: z.strictObject({ company_id: Id, lead: LeadFields }),
    run: ({ company_id, lead }, { api }) =>
      api.ask(`/companies/${company_id}/leads`, { method: "POST", json: lead }),
  }),
  tool({
    name: "update_lead",
    description:
      "Changes the given fields of one lead: stage, assignee, tags and others; null empties a field.",
    input: z.strictObject({ lead_id: Id, changes: LeadFields }),
    hints: { idempotentHint: true },
    run: ({ lead_id, changes }, { api }) => api.ask(`/leads/${lead_id}`, { method: "PUT", json: changes }),
  }),
  tool({
    name: "list_notes",
    description: `Notes of a lead, the newest first. ${IS_DATA}`,
    input: z.strictObject({ lead_id: Id, limit: Limit }),
    hints: READS,
    run: ({ lead_id, limit }, { api }) => api.ask(`/leads/${lead_id}/notes`, { query: { limit } }),
  }),
  tool({
    name: "add_note",
    description: "Adds a note to a lead.",
    input: z.strictObject({ lead_id: Id, body: z.string().min(1).max(10_000) }),
    run: ({ lead_id, body }, { api }) =>
      api.ask(`/leads/${lead_id}/notes`, { method: "POST", json: { body } }),
  }),
  tool({
    name: "lead_history",
    description: "Changes of stage of a lead.",
    input: z.strictObject({ lead_id: Id, limit: Limit }),
    hints: READS,
    run: ({ lead_id, limit }, { api }) => api.ask(`/leads/${lead_id}/stage_changes`, { query: { limit } }),
  }),
  tool({
    name: "count_leads",
    description: "How many leads a company has by stage, and how many are new.",
    input: z.strictObject({ company_id: Id }),
    hints: READS,
    run: ({ company_id }, { api }) => api.ask(`/companies/${company_id}/leads/metrics`),
  }),
];
