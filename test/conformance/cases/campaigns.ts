import { newQuestion, questionsOf } from "../mint/companies.ts";
import type { Case } from "./case.ts";
import { get, post, put, remove } from "./requests.ts";

export const CAMPAIGN_CASES: Record<string, Case[]> = {
  "GET /companies/{company_id}/campaigns": [
    { access: "company viewer", about: ({ company }) => get(`/companies/${company.id}/campaigns`) },
  ],
  "POST /companies/{company_id}/campaigns": [
    {
      access: "company manager",
      about: ({ company, word }) => post(`/companies/${company.id}/campaigns`, { name: word }),
    },
  ],
  "GET /campaigns/{id}": [
    { access: "company viewer", about: ({ campaign }) => get(`/campaigns/${campaign.id}`) },
  ],
  "PUT /campaigns/{id}": [
    {
      access: "company manager",
      about: ({ campaign }) => put(`/campaigns/${campaign.id}`, { status: "paused" }),
    },
  ],
  "GET /campaigns/{campaign_id}/questions": [
    { access: "company viewer", about: ({ campaign }) => get(`/campaigns/${campaign.id}/questions`) },
  ],
  "POST /campaigns/{campaign_id}/questions": [
    {
      access: "company manager",
      about: ({ campaign }) =>
        post(`/campaigns/${campaign.id}/questions`, {
          key: `key_${crypto.randomUUID().replaceAll("-", "_")}`,
          text: "How many?",
          kind: "number",
        }),
    },
  ],
  "PUT /campaigns/{campaign_id}/questions/options": [
    {
      access: "company manager",
      about: async (side) => {
        const { id, option } = await newQuestion(side);
        const options = [{ id: option, label: "Other", value: "other" }];
        return put(`/campaigns/${side.campaign.id}/questions/options`, { questions: [{ id, options }] });
      },
      across: async (own, other) => {
        const [mine, theirs] = [await newQuestion(own), await newQuestion(other)];
        const path = `/campaigns/${own.campaign.id}/questions/options`;
        const taken = [{ id: theirs.option, label: "x", value: "x" }];
        return [
          {
            what: "the other's question",
            ask: put(path, { questions: [{ id: theirs.id, options: [] }] }),
            status: 404,
          },
          {
            what: "the other's option",
            ask: put(path, { questions: [{ id: mine.id, options: taken }] }),
            status: 422,
          },
        ];
      },
    },
  ],
  "PUT /campaigns/{campaign_id}/questions/order": [
    {
      access: "company manager",
      about: async (side) => {
        await newQuestion(side);
        return put(`/campaigns/${side.campaign.id}/questions/order`, {
          question_ids: await questionsOf(side),
        });
      },
      across: async (own, other) => {
        await newQuestion(own);
        const { id } = await newQuestion(other);
        const ask = put(`/campaigns/${own.campaign.id}/questions/order`, { question_ids: [id] });
        return [{ what: "the other's question", ask, status: 422 }];
      },
    },
  ],
  "GET /questions/{id}": [
    { access: "company viewer", about: async (side) => get(`/questions/${(await newQuestion(side)).id}`) },
  ],
  "PUT /questions/{id}": [
    {
      access: "company manager",
      about: async (side) => put(`/questions/${(await newQuestion(side)).id}`, { required: true }),
    },
  ],
  "DELETE /questions/{id}": [
    {
      access: "company manager",
      about: async (side) => remove(`/questions/${(await newQuestion(side)).id}`),
    },
  ],
};
