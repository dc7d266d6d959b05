import { TINY_PNG } from "../../fixtures/tiny-png.ts";
import { freshToken } from "../../harness/accounts/session.ts";
import { bodyOf, call } from "../../harness/api.ts";
import { PASSWORD } from "../../harness/factories.ts";
import { createInvitation, freshEmail } from "../../harness/people.ts";
import type { Deeds } from "./deed.ts";
import {
  accessOf,
  company,
  member,
  NEW_PASSWORD,
  operator,
  own,
  owned,
  owner,
  post,
  publishedTerms,
  put,
  remove,
} from "./surroundings.ts";

/** Users and their onboarding. */
export const USER_DEEDS: Deeds = {
  "POST /users": {
    "signing up": async () => ({
      ...post("/users", null, {
        first_name: "Quirina",
        last_name: "Zwiebel",
        email: freshEmail(),
        password: NEW_PASSWORD,
      }),
      // Who signs up has proved to be nobody yet.
      told: ({ user }) => [{ ...own("user.created", user), actor: null }],
    }),
    "signing up with an invitation": async () => {
      const email = freshEmail();
      const { id, code } = await createInvitation(company, email);
      return {
        ...post("/users", null, {
          first_name: "Quirina",
          last_name: "Zwiebel",
          email,
          password: NEW_PASSWORD,
          invitation_code: code,
        }),
        told: async ({ user }) => [
          { ...own("user.created", user), actor: null },
          { ...own("user_access.granted", user, await accessOf(user)), company: company.id },
          { ...own("invitation.accepted", user, id), company: company.id },
        ],
      };
    },
    "making somebody with an access": async () => ({
      ...post("/users", owner, {
        first_name: "Quirina",
        last_name: "Zwiebel",
        email: freshEmail(),
        user_accesses_attributes: [{ company_id: company.id, access_id: 3, primary: true }],
      }),
      told: async ({ user }) => [
        owned("user.created", user.id),
        owned("user_access.granted", await accessOf(user)),
      ],
    }),
  },
  "PUT /users/{id}": {
    "changing what one goes by": async () => {
      const user = await member();
      return {
        ...put(`/users/${user.id}`, user, { first_name: "Wilhelmine", phone: "+52 55 1234 5678" }),
        told: () => [own("user.updated", user)],
      };
    },
    "changing what another goes by": async () => {
      const user = await member();
      return {
        ...put(`/users/${user.id}`, owner, { last_name: "Wilhelmine" }),
        told: () => [owned("user.updated", user.id)],
      };
    },
    "an operator who does so": async () => {
      const user = await member();
      return {
        ...put(`/users/${user.id}`, operator, { last_name: "Wilhelmine" }),
        told: () => [{ ...own("user.updated", operator, user.id) }],
      };
    },
    "asking for another address": async () => {
      const user = await member();
      return {
        ...put(`/users/${user.id}`, { token: await freshToken(user) }, { email: freshEmail() }),
        told: () => [own("user.email_change_requested", user)],
      };
    },
    "changing one's password": async () => {
      const user = await member({ password: true });
      return {
        ...put(`/users/${user.id}`, user, { password: NEW_PASSWORD, current_password: PASSWORD }),
        told: () => [own("user.password_changed", user)],
      };
    },
    "disabling somebody": async () => {
      const user = await member();
      return {
        ...put(`/users/${user.id}`, owner, { status: "disabled" }),
        told: () => [owned("user.disabled", user.id)],
      };
    },
    "enabling somebody": async () => {
      const user = await member({ status: "disabled", password: true });
      return {
        ...put(`/users/${user.id}`, owner, { status: "active" }),
        told: () => [owned("user.enabled", user.id)],
      };
    },
    "several things at once": async () => {
      const user = await member();
      return {
        ...put(
          `/users/${user.id}`,
          { token: await freshToken(user) },
          { first_name: "Wilhelmine", email: freshEmail() },
        ),
        told: () => [own("user.updated", user), own("user.email_change_requested", user)],
      };
    },
  },
  "PUT /users/avatar": {
    "showing one's face": async () => {
      const user = await member();
      return {
        ...put("/users/avatar", user, { avatar_base64: TINY_PNG }),
        told: () => [own("user.avatar_changed", user)],
      };
    },
    "showing another's": async () => {
      const user = await member();
      return {
        ...put("/users/avatar", owner, { user_id: user.id, avatar_base64: TINY_PNG }),
        told: () => [owned("user.avatar_changed", user.id)],
      };
    },
  },
  "DELETE /users/avatar": {
    "hiding another's face": async () => {
      const user = await member();
      await bodyOf(
        call("/users/avatar", { method: "PUT", token: user.token, json: { avatar_base64: TINY_PNG } }),
      );
      return {
        ...remove("/users/avatar", owner, { user_id: user.id }),
        told: () => [owned("user.avatar_removed", user.id)],
      };
    },
  },
  "PUT /users/{user_id}/onboarding/terms_and_conditions": {
    "approving the terms": async () => {
      const user = await member();
      const path = `/users/${user.id}/onboarding/terms_and_conditions`;
      return {
        ...put(path, user, { legal_term_id: await publishedTerms() }),
        told: () => [own("user.terms_approved", user)],
      };
    },
  },
  "PUT /users/{user_id}/onboarding": {
    "ending the onboarding": async () => {
      const user = await member();
      const json = { legal_term_id: await publishedTerms() };
      const path = `/users/${user.id}/onboarding`;
      await bodyOf(call(`${path}/terms_and_conditions`, { method: "PUT", token: user.token, json }));
      return { ...put(path, user), told: () => [own("user.onboarding_completed", user)] };
    },
  },
};
