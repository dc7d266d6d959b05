import { TINY_PNG } from "../../fixtures/tiny-png.ts";
import { newInvitation, newLink, newMember } from "../mint/people.ts";
import type { Case } from "./case.ts";
import { filteredBy, get, newPerson, post, put, remove } from "./requests.ts";

export const USER_CASES: Record<string, Case[]> = {
  "PUT /users/undo_email_change": [
    {
      access: "public",
      about: async (side) =>
        put("/users/undo_email_change", { token: await newLink(await newMember(side), "email_changed") }),
      across: async (own, other) => {
        const [mine, theirs] = [
          await newLink(await newMember(own), "email_changed"),
          await newLink(other.owner, "email_changed"),
        ];
        const token = theirs.split(".")[0] + mine.slice(mine.indexOf("."));
        const ask = put("/users/undo_email_change", { token });
        return [{ what: "the other's link under one's own signature", ask, status: 422 }];
      },
    },
  ],
  "PUT /users/avatar": [
    {
      access: "user manage",
      about: async (side) => {
        const member = await newMember(side);
        return put("/users/avatar", { user_id: member.id, avatar_base64: TINY_PNG }, member);
      },
    },
  ],
  "DELETE /users/avatar": [
    {
      access: "user manage",
      about: async (side) => {
        const member = await newMember(side);
        return { ...remove("/users/avatar", member), json: { user_id: member.id } };
      },
      across: (_, { owner }) => [
        {
          what: "the other's user in the query",
          ask: remove(`/users/avatar?user_id=${owner.id}`),
          status: 404,
        },
      ],
    },
  ],
  "GET /avatars/{name}": [{ access: "public", about: (side) => get(side.avatar) }],
  "POST /users": [
    { access: "optional", about: () => post("/users", newPerson()) },
    {
      access: "company manager",
      declared: "optional",
      anonymous: 403,
      about: ({ company }) =>
        post("/users", {
          ...newPerson(),
          user_accesses_attributes: [{ company_id: company.id, access_id: 4, primary: true }],
        }),
      across: async (own, other) => {
        const [mine, theirs] = [own, other].map(({ company }) => ({ company_id: company.id, access_id: 4 }));
        const { code } = await newInvitation(other);
        return [
          {
            what: "the other's company beside one's own",
            ask: post("/users", { ...newPerson(), user_accesses_attributes: [mine, theirs] }),
            status: 404,
          },
          {
            what: "the other's invitation with another address",
            ask: post("/users", { ...newPerson(), invitation_code: code }),
            status: 422,
          },
        ];
      },
    },
  ],
  "GET /users": [
    {
      access: "signed_in",
      about: () => get("/users?limit=100"),
      across: (_, { company, owner, word }) =>
        filteredBy("/users", [
          `id_eq=${owner.id}`,
          `email_eq=owner@${word}.test`,
          `email_cont=${word.slice(0, 4)}`,
          `last_name_cont=${word.slice(0, 4)}`,
          `company_id_eq=${company.id}`,
          `company_id_eq=${company.id}&access_id_eq=1`,
        ]),
    },
  ],
  "GET /users/{id}": [
    {
      access: "user see",
      about: async (side) => {
        const member = await newMember(side);
        return get(`/users/${member.id}`, member);
      },
    },
  ],
  "PUT /users/{id}": [
    {
      access: "user manage",
      declared: "user manage_somewhere",
      about: async (side) => {
        const member = await newMember(side);
        return put(`/users/${member.id}`, { first_name: "Melanie" }, member);
      },
    },
  ],
  "GET /users/{user_id}/audit_events": [
    {
      access: "user manage",
      about: async (side) => {
        const member = await newMember(side);
        return get(`/users/${member.id}/audit_events?limit=100`, member);
      },
    },
  ],
};
