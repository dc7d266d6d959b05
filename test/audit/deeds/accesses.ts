import { createApiKey, createImportLink, PAGE } from "../../harness/accounts/api-keys.ts";
import { createCompany, createUser } from "../../harness/factories.ts";
import { createInvitation, freshEmail } from "../../harness/people.ts";
import type { Deeds } from "./deed.ts";
import { accessOf, company, member, own, owned, owner, post, put, remove } from "./surroundings.ts";

/** Accesses and invitations to them. */
export const ACCESS_DEEDS: Deeds = {
  "POST /users/{user_id}/user_access": {
    "giving accesses": async () => {
      const user = await member();
      const child = await createCompany({ parent: company });
      return {
        ...post(`/users/${user.id}/user_access`, owner, {
          user_accesses: [{ company_id: child.id, access_id: 2 }],
        }),
        told: async () => [owned("user_access.granted", await accessOf(user, child), child.id)],
      };
    },
  },
  "PUT /users/{user_id}/user_access": {
    "replacing accesses": async () => {
      const [gone, fresh] = [
        await createCompany({ parent: company }),
        await createCompany({ parent: company }),
      ];
      const user = await member({
        access: [
          { company, role: "viewer" },
          { company: gone, role: "agent" },
        ],
      });
      const removed = await accessOf(user, gone);
      return {
        ...put(`/users/${user.id}/user_access`, owner, {
          user_accesses: [
            { company_id: company.id, access_id: 3 },
            { company_id: fresh.id, access_id: 4 },
          ],
        }),
        told: async () => [
          owned("user_access.changed", await accessOf(user)),
          owned("user_access.granted", await accessOf(user, fresh), fresh.id),
          owned("user_access.removed", removed, gone.id),
        ],
      };
    },
  },
  "DELETE /users/{user_id}/user_access/{id}": {
    "taking an access away": async () => {
      const user = await member();
      const id = await accessOf(user);
      return {
        ...remove(`/users/${user.id}/user_access/${id}`, owner),
        told: () => [owned("user_access.removed", id)],
      };
    },
  },
  "POST /invitations": {
    inviting: async () => ({
      ...post("/invitations", owner, {
        email: freshEmail(),
        company_id: company.id,
        access_id: 3,
        first_name: "Quirina",
      }),
      told: ({ invitation }) => [owned("invitation.created", invitation.id)],
    }),
    "inviting again": async () => {
      const email = freshEmail();
      const { id } = await createInvitation(company, email);
      return {
        ...post("/invitations", owner, { email, company_id: company.id, access_id: 4 }),
        told: ({ invitation }) => [
          owned("invitation.removed", id),
          owned("invitation.created", invitation.id),
        ],
      };
    },
  },
  "POST /invitations/{invitation}/accept": {
    accepting: async () => {
      const user = await createUser();
      const { id, code } = await createInvitation(company, user.email);
      return {
        ...post(`/invitations/${code}/accept`, user),
        told: async () => [
          { ...own("user_access.granted", user, await accessOf(user)), company: company.id },
          { ...own("invitation.accepted", user, id), company: company.id },
        ],
      };
    },
    "accepting what is more than one has": async () => {
      const user = await member();
      const { id, code } = await createInvitation(company, user.email);
      return {
        ...post(`/invitations/${code}/accept`, user),
        told: async () => [
          { ...own("user_access.changed", user, await accessOf(user)), company: company.id },
          { ...own("invitation.accepted", user, id), company: company.id },
        ],
      };
    },
  },
  "POST /companies/{id}/api_keys": {
    "making an API key": async () => ({
      ...post(`/companies/${company.id}/api_keys`, owner, { name: "Quirina's robot", role: "viewer" }),
      told: ({ api_key: key }) => [owned("api_key.created", key.id)],
    }),
  },
  "DELETE /api_keys/{id}": {
    "ending an API key": async () => {
      const { id } = await createApiKey(company, owner);
      return { ...remove(`/api_keys/${id}`, owner), told: () => [owned("api_key.ended", id)] };
    },
  },
  "POST /companies/{id}/import_links": {
    "making a link for imports": async () => ({
      ...post(`/companies/${company.id}/import_links`, owner, {
        name: "Quirina's portal",
        allowed_origin: PAGE,
        expires_at: new Date(Date.now() + 3_600_000).toISOString(),
      }),
      told: ({ import_link: link }) => [owned("import_link.created", link.id)],
    }),
  },
  "DELETE /import_links/{id}": {
    "ending a link for imports": async () => {
      const { id } = await createImportLink(company, owner);
      return { ...remove(`/import_links/${id}`, owner), told: () => [owned("import_link.ended", id)] };
    },
  },
  "POST /invitations/{invitation}/decline": {
    "declining, without a word of who and from where": async () => {
      const user = await createUser();
      const { id, code } = await createInvitation(company, user.email);
      return {
        ...post(`/invitations/${code}/decline`, user),
        told: () => [
          {
            action: "invitation.declined",
            actor: null,
            company: company.id,
            object: id,
            isFromNowhere: true,
          },
        ],
      };
    },
  },
  "DELETE /invitations/{invitation}": {
    "taking an invitation back": async () => {
      const { id } = await createInvitation(company, freshEmail());
      return { ...remove(`/invitations/${id}`, owner), told: () => [owned("invitation.removed", id)] };
    },
  },
};
