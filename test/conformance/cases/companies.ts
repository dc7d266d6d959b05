import { TINY_PNG } from "../../fixtures/tiny-png.ts";
import { newMembership, newYear, someMembership } from "../mint/companies.ts";
import type { Case } from "./case.ts";
import { filteredBy, get, post, put, remove } from "./requests.ts";

export const COMPANY_CASES: Record<string, Case[]> = {
  "PUT /companies/avatar": [
    {
      access: "company owner",
      about: ({ company }) => put("/companies/avatar", { company_id: company.id, avatar_base64: TINY_PNG }),
    },
  ],
  "DELETE /companies/avatar": [
    {
      access: "company owner",
      about: ({ company }) => ({ ...remove("/companies/avatar"), json: { company_id: company.id } }),
      across: (_, { company }) => [
        {
          what: "the other's company in the query",
          ask: remove(`/companies/avatar?company_id=${company.id}`),
          status: 404,
        },
      ],
    },
  ],
  "GET /companies/{company_id}/users": [
    {
      access: "company viewer",
      about: ({ company }) => get(`/companies/${company.id}/users?limit=100`),
      across: (own, { word }) =>
        filteredBy(`/companies/${own.company.id}/users`, [`email_cont=${word.slice(0, 4)}`]),
    },
  ],
  "GET /companies/{id}/events": [
    {
      access: "company viewer",
      about: ({ company }) => get(`/companies/${company.id}/events?limit=500`),
      across: ({ company }, other) => [
        {
          what: "a cursor of the other's",
          ask: get(`/companies/${company.id}/events?after=${other.company.id}-1`),
          status: 400,
        },
      ],
      unseen: ({ company }) => [
        {
          what: "leads that the agent does not work",
          ask: get(`/companies/${company.id}/events?limit=500&type_in=lead.created,lead.updated`),
          status: 200,
        },
      ],
    },
  ],
  "POST /companies": [
    { access: "signed_in", about: () => post("/companies", { name: "Fresh" }) },
    {
      access: "company owner",
      declared: "signed_in",
      about: ({ company }) => post("/companies", { name: "Fresh", parent_company_id: company.id }),
    },
  ],
  "GET /companies": [
    {
      access: "companies viewer",
      about: () => get("/companies?limit=100"),
      across: (_, { company }) =>
        filteredBy("/companies", [
          `id_eq=${company.id}`,
          `id_in=1,${company.id}`,
          `name_start=${company.name.slice(0, 4)}`,
          `parent_company_id_eq=${company.id}`,
        ]),
    },
  ],
  "GET /companies/{id}": [
    { access: "company viewer", about: ({ company }) => get(`/companies/${company.id}`) },
  ],
  "PUT /companies/{id}": [
    {
      access: "company owner",
      about: ({ company }) => put(`/companies/${company.id}`, { name: company.name, timezone: "UTC" }),
    },
  ],
  "GET /companies/{id}/audit_events": [
    {
      access: "company owner",
      about: ({ company }) => get(`/companies/${company.id}/audit_events?limit=100`),
    },
  ],
  "PUT /companies/{company_id}/cycles": [
    {
      access: "company manager",
      about: ({ company }) => put(`/companies/${company.id}/cycles`, { cycles_enabled: true }),
    },
  ],
  "GET /companies/{company_id}/cycles": [
    { access: "company viewer", about: ({ company }) => get(`/companies/${company.id}/cycles`) },
  ],
  "POST /companies/{company_id}/cycles": [
    {
      access: "company manager",
      about: async (side) => {
        const year = await newYear(side);
        const body = { name: side.word, starts_at: `${year}-01-01`, ends_at: `${year}-12-31` };
        return post(`/companies/${side.company.id}/cycles`, body);
      },
    },
  ],
  "GET /memberships": [{ access: "signed_in", about: () => get("/memberships") }],
  "GET /memberships/{id}": [
    { access: "signed_in", about: async () => get(`/memberships/${await someMembership()}`) },
  ],
  "POST /companies/{company_id}/membership": [
    {
      access: "company owner",
      about: async ({ company }) =>
        post(`/companies/${company.id}/membership?membership_id=${await someMembership()}`),
    },
  ],
  "POST /companies/{company_id}/membership/cancel": [
    {
      access: "company owner",
      about: async (side) => {
        await newMembership(side);
        return post(`/companies/${side.company.id}/membership/cancel`, { immediately: true });
      },
    },
  ],
};
