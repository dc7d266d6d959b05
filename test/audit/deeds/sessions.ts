import { env } from "cloudflare:test";
import { freshToken, newSession } from "../../harness/accounts/session.ts";
import { bodyOf, call } from "../../harness/api.ts";
import { PASSWORD } from "../../harness/factories.ts";
import { freshEmail } from "../../harness/people.ts";
import type { Deeds } from "./deed.ts";
import { mailed, member, NEW_PASSWORD, newestSessionOf, own, post, remove, signIn } from "./surroundings.ts";

/** Signing in and out, passwords and addresses of mail. */
export const SESSION_DEEDS: Deeds = {
  "POST /users/login": {
    "signing in": async () => {
      const user = await member({ password: true });
      return {
        ...post("/users/login", null, { email: user.email, password: PASSWORD }),
        told: async () => [own("session.opened", user, await newestSessionOf(user))],
      };
    },
    "a wrong password": async () => {
      const user = await member({ password: true });
      return {
        ...post("/users/login", null, { email: user.email, password: NEW_PASSWORD }),
        status: 401,
        told: () => [{ action: "user.sign_in_failed", actor: null, company: null, object: user.id }],
      };
    },
    "an address that nobody has": async () => ({
      ...post("/users/login", null, { email: freshEmail(), password: NEW_PASSWORD }),
      status: 401,
      told: () => [],
    }),
  },
  "POST /users/refresh": {
    "using a token twice": async () => {
      const user = await member({ password: true });
      const { refresh_token } = await signIn(user);
      const session = await newestSessionOf(user);
      await bodyOf(call("/users/refresh", { method: "POST", json: { refresh_token } }));
      return {
        ...post("/users/refresh", null, { refresh_token }),
        status: 401,
        told: () => [{ action: "session.reused", actor: null, company: null, object: session }],
      };
    },
  },
  "POST /users/logout": {
    "signing out": async () => {
      const user = await member({ password: true });
      const session = await signIn(user);
      return {
        path: "/users/logout",
        asked: { method: "POST", token: session.token },
        told: async () => [own("session.ended", user, await newestSessionOf(user))],
      };
    },
  },
  "PUT /users/reset_password": {
    "setting a password by a link": async () => {
      const { id, email } = await member({ password: true });
      await bodyOf(call("/users/reset_password", { method: "POST", json: { email } }));
      // Whose account it is, is looked up when the mail is sent.
      await env.DIRECTORY.prepare("UPDATE mails SET user_id = ? WHERE email = ?").bind(id, email).run();
      return {
        path: "/users/reset_password",
        asked: {
          method: "PUT",
          json: { token: await mailed("reset_password", email), password: NEW_PASSWORD },
        },
        told: () => [own("user.password_reset", { id })],
      };
    },
  },
  "PUT /users/confirm_email": {
    "confirming a new address": async () => {
      const user = await member();
      const email = freshEmail();
      const token = await freshToken(user);
      await bodyOf(call(`/users/${user.id}`, { method: "PUT", token, json: { email } }));
      return {
        path: "/users/confirm_email",
        asked: { method: "PUT", token, json: { token: await mailed("confirm_email", email) } },
        told: () => [own("user.email_changed", user)],
      };
    },
    "confirming the address of a sign-up": async () => {
      const { first_name, last_name } = { first_name: "Quirina", last_name: "Zwiebel" };
      const json = { first_name, last_name, email: freshEmail(), password: NEW_PASSWORD };
      const { user } = await bodyOf(call("/users", { method: "POST", json }), 201);
      return {
        path: "/users/confirm_email",
        asked: {
          method: "PUT",
          json: { token: await mailed("confirm_email", json.email), current_password: NEW_PASSWORD },
        },
        told: () => [own("user.email_confirmed", user)],
      };
    },
  },
  "PUT /users/undo_email_change": {
    "undoing a change of address": async () => {
      const user = await member();
      const token = await freshToken(user);
      const json = { email: freshEmail() };
      await bodyOf(call(`/users/${user.id}`, { method: "PUT", token, json }));
      return {
        path: "/users/undo_email_change",
        asked: { method: "PUT", json: { token: await mailed("email_changed", user.email) } },
        told: () => [own("user.email_change_undone", user)],
      };
    },
  },
  "DELETE /users/me/sessions/{id}": {
    "ending another session": async () => {
      const user = await member();
      await newSession(user);
      const session = await newestSessionOf(user);
      const token = await freshToken(user);
      return {
        ...remove(`/users/me/sessions/${session}`, { token }),
        told: () => [own("session.ended", user, session)],
      };
    },
  },
};
