import { createApiKey, createImportLink, PAGE } from "../../harness/accounts/api-keys.ts";
import { accessOf, newInvitation, newMember } from "../mint/people.ts";
import type { Case } from "./case.ts";
import { filteredBy, get, newPerson, post, put, remove } from "./requests.ts";

export const ACCESS_CASES: Record<string, Case[]> = {
  "POST /users/{user_id}/user_access": [
    {
      access: "user grant",
      about: async (side) => {
        const member = await newMember(side);
        return post(
          `/users/${member.id}/user_access`,
          { user_accesses: [{ company_id: side.child.id, access_id: 4 }] },
          member,
        );
      },
      across: async (own, other) => {
        const member = await newMember(own);
        const path = `/users/${member.id}/user_access`;
        const [mine, theirs] = [own.child, other.company].map(({ id }) => ({ company_id: id, access_id: 4 }));
        return [
          { what: "the other's company", ask: post(path, { user_accesses: [theirs] }), status: 404 },
          {
            what: "the other's company, too",
            ask: post(path, { user_accesses: [mine, theirs] }),
            status: 404,
          },
        ];
      },
    },
  ],
  "GET /users/{user_id}/user_access": [
    {
      access: "user see",
      about: async (side) => {
        const member = await newMember(side);
        return get(`/users/${member.id}/user_access`, member);
      },
      across: async (own, { company }) =>
        filteredBy(`/users/${own.owner.id}/user_access`, [`company_id_eq=${company.id}`]),
    },
  ],
  "PUT /users/{user_id}/user_access": [
    {
      access: "user grant",
      about: async (side) => {
        const member = await newMember(side);
        return put(
          `/users/${member.id}/user_access`,
          { user_accesses: [{ company_id: side.company.id, access_id: 4 }] },
          member,
        );
      },
      across: async (own, other) => {
        const member = await newMember(own);
        const path = `/users/${member.id}/user_access`;
        const id = await accessOf(other.owner);
        const [mine, theirs] = [own.company, other.company].map(({ id }) => ({
          company_id: id,
          access_id: 4,
        }));
        return [
          { what: "the other's company", ask: put(path, { user_accesses: [mine, theirs] }), status: 404 },
          { what: "the other's row", ask: put(path, { user_accesses: [{ id, ...mine }] }), status: 404 },
        ];
      },
    },
  ],
  "DELETE /users/{user_id}/user_access/{id}": [
    {
      // Users who may grant it may remove it; and its holder may leave.
      access: "user manage",
      declared: "user see",
      about: async (side) => {
        const member = await newMember(side);
        return remove(`/users/${member.id}/user_access/${await accessOf(member)}`, member);
      },
      across: async (own, other) => [
        {
          what: "the other's row under one's own user",
          ask: remove(`/users/${own.owner.id}/user_access/${await accessOf(other.owner)}`),
          status: 404,
        },
      ],
    },
  ],
  "GET /accesses": [{ access: "signed_in", about: () => get("/accesses") }],
  "GET /accesses/{id}": [{ access: "signed_in", about: () => get("/accesses/2") }],
  "POST /invitations": [
    {
      access: "company manager",
      about: ({ company }) =>
        post("/invitations", { email: newPerson().email, company_id: company.id, access_id: 4 }),
    },
  ],
  "GET /invitations/pending": [
    {
      access: "signed_in",
      about: () => get("/invitations/pending"),
      across: async (_, other) => {
        const { email } = await newInvitation(other);
        return filteredBy("/invitations/pending", [`email=${email}`]).map((one) => ({
          ...one,
          what: "an address that the other invited",
        }));
      },
    },
  ],
  "GET /companies/{id}/invitations": [
    {
      access: "company manager",
      about: async (side) => {
        await newInvitation(side);
        return get(`/companies/${side.company.id}/invitations?limit=100`);
      },
    },
  ],
  "POST /companies/{id}/api_keys": [
    {
      access: "company manager",
      about: ({ company }) => post(`/companies/${company.id}/api_keys`, { name: "Robot", role: "agent" }),
    },
  ],
  "GET /companies/{id}/api_keys": [
    {
      access: "company manager",
      about: async ({ company, owner, word }) => {
        await createApiKey(company, owner, { name: `${word}-robot` });
        return get(`/companies/${company.id}/api_keys?limit=100`);
      },
    },
  ],
  "DELETE /api_keys/{id}": [
    {
      access: "company manager",
      about: async ({ company, owner }) =>
        remove(`/api_keys/${(await createApiKey(company, owner, { role: "agent" })).id}`),
    },
  ],
  "POST /companies/{id}/import_links": [
    {
      access: "company manager",
      about: ({ company, campaign }) =>
        post(`/companies/${company.id}/import_links`, {
          name: "Portal",
          allowed_origin: PAGE,
          campaign_id: campaign.id,
          expires_at: new Date(Date.now() + 3_600_000).toISOString(),
        }),
      across: (own, rival) => [
        {
          what: "a campaign of theirs in a link of one's own",
          ask: post(`/companies/${own.company.id}/import_links`, {
            name: "Portal",
            allowed_origin: PAGE,
            campaign_id: rival.campaign.id,
            expires_at: new Date(Date.now() + 3_600_000).toISOString(),
          }),
          status: 422,
        },
      ],
    },
  ],
  "GET /companies/{id}/import_links": [
    {
      access: "company manager",
      about: async ({ company, owner, word }) => {
        await createImportLink(company, owner, { name: `${word}-portal` });
        return get(`/companies/${company.id}/import_links?limit=100`);
      },
    },
  ],
  "DELETE /import_links/{id}": [
    {
      access: "company manager",
      about: async ({ company, owner }) =>
        remove(`/import_links/${(await createImportLink(company, owner)).id}`),
    },
  ],
  "GET /invitations/{invitation}": [
    { access: "public", about: async (side) => get(`/invitations/${(await newInvitation(side)).code}`) },
  ],
  "POST /invitations/{invitation}/accept": [
    {
      access: "subject",
      declared: "signed_in",
      about: async (side) => {
        const member = await newMember(side);
        const { code } = await newInvitation(side, member.email);
        return post(`/invitations/${code}/accept`, {}, member);
      },
    },
  ],
  "POST /invitations/{invitation}/decline": [
    {
      access: "subject",
      declared: "signed_in",
      about: async (side) => {
        const member = await newMember(side);
        const { code } = await newInvitation(side, member.email);
        return post(`/invitations/${code}/decline`, {}, member);
      },
    },
  ],
  "DELETE /invitations/{invitation}": [
    {
      access: "company manager",
      about: async (side) => remove(`/invitations/${(await newInvitation(side)).id}`),
    },
  ],
};
