import * as z from "zod";
import { type Tool, tool } from "../tool.ts";
import { Id, IS_DATA, Limit, Page, READS } from "./parts.ts";

/** Tools that tell what there is: companies, campaigns, questions, stages, people. */
export const CATALOGUE_TOOLS: Tool[] = [
  tool({
    name: "list_companies",
    description: "The companies that you see, with the ids that other tools take.",
    input: z.strictObject({ name: z.string().max(255).optional(), page: Page, limit: Limit }),
    hints: READS,
    run: ({ name, page, limit }, { api }) =>
      api.ask("/companies", { query: { name_cont: name, page, limit } }),
  }),
  tool({
    name: "list_stages",
    description: "The stages of a lead, in order.",
    input: z.strictObject({}),
    hints: READS,
    run: (_, { api }) => api.ask("/stages"),
  }),
  tool({
    name: "list_campaigns",
    description: `Campaigns of a company. ${IS_DATA}`,
    input: z.strictObject({ company_id: Id, page: Page, limit: Limit }),
    hints: READS,
    run: ({ company_id, page, limit }, { api }) =>
      api.ask(`/companies/${company_id}/campaigns`, { query: { page, limit } }),
  }),
  tool({
    name: "list_questions",
    description: `Questions of a campaign, with their keys and options. ${IS_DATA}`,
    input: z.strictObject({ campaign_id: Id, page: Page, limit: Limit }),
    hints: READS,
    run: ({ campaign_id, page, limit }, { api }) =>
      api.ask(`/campaigns/${campaign_id}/questions`, { query: { page, limit } }),
  }),
  tool({
    name: "list_people",
    description:
      "Users of a company, whom leads can be assigned to. For people's tokens: API keys are refused.",
    input: z.strictObject({ company_id: Id, page: Page, limit: Limit }),
    hints: READS,
    run: ({ company_id, page, limit }, { api }) =>
      api.ask(`/companies/${company_id}/users`, { query: { page, limit } }),
  }),
];
