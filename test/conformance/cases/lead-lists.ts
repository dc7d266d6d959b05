import { createCompany } from "../../harness/factories.ts";
import { newCustomField, newLead } from "../mint/leads.ts";
import type { Side, World } from "../world.ts";
import type { Case } from "./case.ts";
import { filteredBy, freshEmail, get, post, put } from "./requests.ts";

/** Filters of a list of leads that lead to those of a side. */
const filtersByWhatIs = ({ campaign, import: done, owner, word }: Side): string[] => [
  `email_cont=${word.slice(0, 4)}`,
  `q=${word.slice(0, 4)}`,
  `campaign_id_eq=${campaign.id}`,
  `import_code_eq=${done.import_code}`,
  `file_sha256_eq=${done.file.sha256}`,
  `assigned_to_in=${owner.id}`,
];

/** Filters of a list of leads that lead to those which A's agent does not see. */
const filtersByUnseen = ({ manager, import: done, unseen }: World["a"]): string[] => [
  "sort=created_at&limit=100",
  `id_in=${unseen.lead.id},${unseen.first.id}`,
  `email_eq=${unseen.lead.email}`,
  `city_cont=${unseen.word.slice(0, 5)}`,
  `q=${unseen.word.slice(0, 5)}&count=exact`,
  `tags_eq=${unseen.word}`,
  `answers.${unseen.question}_eq=${unseen.word}`,
  `custom_fields.${unseen.word}_eq=${unseen.word}`,
  `assigned_to_eq=${manager.id}`,
  "assigned_to_null=true",
  `import_code_eq=${done.import_code}`,
  `file_sha256_eq=${done.file.sha256}`,
  "duplicate_of_null=false",
  `duplicate_of_eq=${unseen.first.id}`,
];

export const LEAD_LIST_CASES: Record<string, Case[]> = {
  "GET /companies/{company_id}/leads/deleted": [
    {
      access: "company viewer",
      about: ({ company }) => get(`/companies/${company.id}/leads/deleted`),
      across: async (own, other) => [
        {
          what: "a cursor of the other's",
          ask: get(`/companies/${own.company.id}/leads/deleted?after=${other.company.id}-1`),
          status: 400,
        },
      ],
    },
  ],
  "GET /companies/{company_id}/custom_fields": [
    {
      access: "company viewer",
      about: async (side) => {
        await newCustomField(side);
        return get(`/companies/${side.company.id}/custom_fields?limit=100`);
      },
      across: async (own, other) => {
        const id = await newCustomField(other);
        return filteredBy(`/companies/${own.company.id}/custom_fields`, [`id_eq=${id}`, "name_cont=e"]);
      },
    },
  ],
  "PUT /companies/{company_id}/leads/batch": [
    {
      access: "company manager",
      about: ({ company, campaign }) =>
        put(`/companies/${company.id}/leads/batch`, {
          match_by: ["email"],
          campaign_id: campaign.id,
          leads: [{ email: freshEmail() }],
        }),
      across: async (own, other) => [
        {
          what: "the other's campaign",
          ask: put(`/companies/${own.company.id}/leads/batch`, {
            match_by: ["email"],
            campaign_id: other.campaign.id,
            leads: [{ email: freshEmail() }],
          }),
          status: 422,
        },
        {
          what: "the other's person",
          ask: put(`/companies/${own.company.id}/leads/batch`, {
            match_by: ["email"],
            leads: [{ email: (await newLead(other)).email, city: own.word }],
          }),
          status: 200,
        },
      ],
    },
  ],
  "POST /companies/{company_id}/leads": [
    {
      access: "company agent",
      about: ({ company, campaign }) =>
        post(`/companies/${company.id}/leads`, { email: freshEmail(), campaign_id: campaign.id }),
      across: (own, other) => [
        {
          what: "the other's campaign",
          ask: post(`/companies/${own.company.id}/leads`, {
            email: freshEmail(),
            campaign_id: other.campaign.id,
          }),
          status: 422,
        },
      ],
      unseen: ({ company, unseen }) => [
        {
          what: "the person whom the manager works",
          ask: post(`/companies/${company.id}/leads`, { email: unseen.lead.email }),
          status: 409,
        },
      ],
    },
  ],
  "POST /companies/{company_id}/erasures": [
    {
      access: "company manager",
      // One in which no import runs.
      about: async ({ company }) => {
        const child = await createCompany({ parent: company });
        return post(`/companies/${child.id}/erasures`, { email: freshEmail() });
      },
    },
  ],
  "GET /companies/{company_id}/erasures": [
    {
      access: "company manager",
      about: ({ company }) => get(`/companies/${company.id}/erasures`),
    },
  ],
  "GET /companies/{company_id}/leads/duplicates": [
    {
      access: "company viewer",
      about: async (side) => {
        const { id, email } = await newLead(side);
        await newLead(side, { email, duplicateOf: id });
        return get(`/companies/${side.company.id}/leads/duplicates?limit=100`);
      },
    },
  ],
  "GET /companies/{company_id}/leads/export": [
    {
      access: "company viewer",
      about: ({ company }) => get(`/companies/${company.id}/leads/export`),
      across: (own, other) => filteredBy(`/companies/${own.company.id}/leads/export`, filtersByWhatIs(other)),
      unseen: (a) => filteredBy(`/companies/${a.company.id}/leads/export`, filtersByUnseen(a)),
    },
  ],
  "GET /companies/{company_id}/leads/metrics": [
    {
      access: "company viewer",
      about: ({ company }) => get(`/companies/${company.id}/leads/metrics`),
      across: (own, { campaign }) => [
        {
          what: "the other's campaign",
          ask: get(`/companies/${own.company.id}/leads/metrics?campaign_id=${campaign.id}`),
          status: 404,
        },
      ],
    },
  ],
  "GET /companies/{company_id}/leads/unassigned": [
    {
      access: "company viewer",
      about: ({ company }) => get(`/companies/${company.id}/leads/unassigned?limit=100`),
      across: (own, other) =>
        filteredBy(`/companies/${own.company.id}/leads/unassigned`, filtersByWhatIs(other)),
      unseen: (a) => filteredBy(`/companies/${a.company.id}/leads/unassigned`, filtersByUnseen(a)),
    },
  ],
  "GET /companies/{company_id}/leads": [
    {
      access: "company viewer",
      about: ({ company }) => get(`/companies/${company.id}/leads?limit=100`),
      across: (own, other) => filteredBy(`/companies/${own.company.id}/leads`, filtersByWhatIs(other)),
      unseen: (a) => filteredBy(`/companies/${a.company.id}/leads`, filtersByUnseen(a)),
    },
  ],
};
