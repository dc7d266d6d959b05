import { env } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import type { AuditAction } from "../../src/audit/record.ts";
import { AuditEvent } from "../../src/audit/schemas.ts";
import { linkToken } from "../../src/auth/tokens/link-tokens.ts";
import { openLeads } from "../../src/db/clients.ts";
import { importUndos } from "../../src/db/leads/schema.ts";
import type { RouteSpec } from "../../src/http/route-spec.ts";
import { fileLink } from "../../src/imports/report/file-links.ts";
import { ROUTES } from "../../src/routes.ts";
import { TINY_PNG } from "../fixtures/tiny-png.ts";
import { freshToken, newSession } from "../harness/accounts/session.ts";
import { bodyOf, type Call, call, ORIGIN, upload, waitForImport } from "../harness/api.ts";
import {
  createCompany,
  createImportRow,
  createUser,
  PASSWORD,
  type TestCompany,
  type TestUser,
} from "../harness/factories.ts";
import { prepareImport } from "../harness/import-run.ts";
import { createLead } from "../harness/leads.ts";
import { createInvitation, freshEmail, rowsOf } from "../harness/people.ts";

/** What the trail has to have of a deed; who did it, in whose name, and to what. */
interface Told {
  action: AuditAction;
  actor: number | null;
  company: number | null;
  object: number;
}

/** A real call of a route that changes something. */
interface Deed {
  path: string;
  asked: Call;
  /** Where the deed is one that is refused and told all the same. */
  status?: number;
  // biome-ignore lint/suspicious/noExplicitAny: the body of whatever answer.
  told: (answer: any) => Told[] | Promise<Told[]>;
}

const NEW_PASSWORD = "three lamps on the stairs";

let company: TestCompany;
let owner: TestUser;
let operator: TestUser;

const member = (differs: Parameters<typeof createUser>[0] = {}) =>
  createUser({
    access: [{ company, role: "viewer" }],
    firstName: "Quirina",
    lastName: "Zwiebel",
    ...differs,
  });
const idOf = async (query: string, ...values: unknown[]): Promise<number> =>
  (await rowsOf(query, ...values))[0].id;
const newestSessionOf = ({ id }: { id: number }) =>
  idOf("SELECT id FROM sessions WHERE user_id = ? ORDER BY id DESC LIMIT 1", id);
const accessOf = ({ id }: { id: number }, { id: companyId }: { id: number } = company) =>
  idOf("SELECT id FROM user_accesses WHERE user_id = ? AND company_id = ?", id, companyId);
const signIn = ({ email }: TestUser) =>
  bodyOf(call("/users/login", { method: "POST", json: { email, password: PASSWORD } }));

/** The token of the newest mail of a kind to an address. */
async function mailed(
  kind: "reset_password" | "confirm_email" | "email_changed",
  email: string,
): Promise<string> {
  return linkToken(
    env,
    kind,
    await idOf("SELECT id FROM mails WHERE kind = ? AND email = ? ORDER BY id DESC LIMIT 1", kind, email),
  );
}

/** What somebody does to themselves, or nobody's company is concerned in. */
const own = (action: AuditAction, { id }: { id: number }, object = id): Told => ({
  action,
  actor: id,
  company: null,
  object,
});
/** What the owner does in the company's name. */
const owned = (action: AuditAction, object: number, companyId = company.id): Told => ({
  action,
  actor: owner.id,
  company: companyId,
  object,
});
const put = (path: string, { token }: { token: string }, json: unknown = {}) => ({
  path,
  asked: { method: "PUT", token, json },
});
const post = (path: string, caller: { token: string } | null, json: unknown = {}) => ({
  path,
  asked: { method: "POST", json, ...(caller && { token: caller.token }) },
});
const remove = (path: string, { token }: { token: string }, json?: unknown) => ({
  path,
  asked: { method: "DELETE", token, ...(json !== undefined && { json }) },
});

/** The deeds of routes that write on people and accesses. */
const DEEDS: Record<string, Record<string, () => Promise<Deed>>> = {
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
        asked: { method: "PUT", json: { token: await mailed("confirm_email", email) } },
        told: () => [own("user.email_changed", user)],
      };
    },
    "confirming the address of a sign-up": async () => {
      const { first_name, last_name } = { first_name: "Quirina", last_name: "Zwiebel" };
      const json = { first_name, last_name, email: freshEmail(), password: NEW_PASSWORD };
      const { user } = await bodyOf(call("/users", { method: "POST", json }), 201);
      return {
        path: "/users/confirm_email",
        asked: { method: "PUT", json: { token: await mailed("confirm_email", json.email) } },
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
  "DELETE /invitations/{invitation}": {
    "taking an invitation back": async () => {
      const { id } = await createInvitation(company, freshEmail());
      return { ...remove(`/invitations/${id}`, owner), told: () => [owned("invitation.removed", id)] };
    },
  },

  "POST /companies": {
    "making a company": async () => ({
      ...post("/companies", owner, { name: "Zwiebel & Söhne", timezone: "America/Mexico_City" }),
      told: async ({ company: made }) => [
        owned("company.created", made.id, made.id),
        owned("user_access.granted", await accessOf(owner, made), made.id),
      ],
    }),
  },
  "PUT /companies/{id}": {
    "changing a company": async () => {
      const { id } = await createCompany({ parent: company });
      return {
        ...put(`/companies/${id}`, owner, { name: "Zwiebel & Söhne", country: "BR" }),
        told: () => [owned("company.updated", id, id)],
      };
    },
    "an operator who does so": async () => {
      const { id } = await createCompany({ parent: company });
      return {
        ...put(`/companies/${id}`, operator, { name: "Zwiebel & Söhne" }),
        told: () => [{ ...own("company.updated", operator, id), company: id }],
      };
    },
  },
  "PUT /companies/avatar": {
    "showing a company's sign": async () => ({
      ...put("/companies/avatar", owner, { company_id: company.id, avatar_base64: TINY_PNG }),
      told: () => [owned("company.avatar_changed", company.id)],
    }),
  },
  "DELETE /companies/avatar": {
    "hiding a company's sign": async () => {
      const { id } = await createCompany({ parent: company });
      const json = { company_id: id, avatar_base64: TINY_PNG };
      await bodyOf(call("/companies/avatar", { method: "PUT", token: owner.token, json }));
      return {
        ...remove("/companies/avatar", owner, { company_id: id }),
        told: () => [owned("company.avatar_removed", id, id)],
      };
    },
  },

  "POST /legal_terms": {
    "publishing terms": async () => ({
      ...post("/legal_terms", operator, {
        version: `Zwiebel ${crypto.randomUUID()}`,
        texts: [{ locale: "en", title: "Zwiebel", body: "Zwiebel, Zwiebel." }],
      }),
      told: ({ legal_terms: [text] }) => [own("legal_term.published", operator, text.id)],
    }),
  },
};

/** The deeds of routes about leads: what takes many of them in or out, and what erases a person. */
const LEAD_DEEDS: typeof DEEDS = {
  "POST /import": {
    "sending a file": async () => ({
      path: `/import?company_id=${company.id}`,
      asked: {
        method: "POST",
        token: owner.token,
        headers: { "Content-Type": "text/csv" },
        body: "email,first_name\nquirina@zwiebel.test,Quirina\n",
      },
      told: ({ import_file: { id } }) => [owned("import.created", id)],
    }),
  },
  "POST /import/{import_code}/cancel": {
    "stopping an import": async () => ({
      ...post(
        `/import/${await prepareImport(company, "email\nquirina@zwiebel.test\n")}/cancel`,
        owner,
        undefined,
      ),
      told: ({ import_file: { id } }) => [owned("import.cancelled", id)],
    }),
  },
  "POST /import/{import_code}/retry": {
    "letting an import go on": async () => {
      const code = await prepareImport(company, "email\nquirina@zwiebel.test\n");
      await company.database.prepare("UPDATE imports SET status = 5 WHERE import_code = ?").bind(code).run();
      return {
        ...post(`/import/${code}/retry`, owner, undefined),
        told: ({ import_file: { id } }) => [owned("import.retried", id)],
      };
    },
  },
  "POST /import/{import_code}/undo": {
    "undoing an import": async () => {
      const { importCode, id } = await createImportRow(company, owner, { finishedAt: Date.now() });
      return {
        ...post(`/import/${importCode}/undo`, owner, undefined),
        told: () => [owned("import.undo_requested", id)],
      };
    },
  },
  "GET /import/{import_code}/spared_file": {
    "downloading the leads that an undo spared": async () => {
      const { importCode, id } = await createImportRow(company, owner, { status: 7 });
      await openLeads(company.database).insert(importUndos).values({
        importId: id,
        companyId: company.id,
        requestedBy: owner.id,
        nextRecord: 0,
        createdAt: 1,
        movedAt: 1,
      });
      const file = { importCode, kind: "spared_file", userId: owner.id } as const;
      return {
        path: pathOf(fileLink(env, ORIGIN, file, Date.now())),
        asked: {},
        told: () => [owned("import.spared_file_downloaded", id)],
      };
    },
  },
  "GET /import/{import_code}/original_file": {
    "downloading the original": async () => {
      const { id, original_file } = await endedImport();
      return {
        path: pathOf(original_file),
        asked: {},
        told: () => [owned("import.original_downloaded", id)],
      };
    },
    "a link that was changed": async () => {
      const { original_file } = await endedImport();
      const told = () => [];
      return { path: pathOf(original_file).replace(/.$/, "!"), asked: {}, status: 403, told };
    },
  },
  "GET /import/{import_code}/error_file": {
    "downloading the rejected records": async () => {
      const { id, error_file } = await endedImport();
      return { path: pathOf(error_file), asked: {}, told: () => [owned("import.error_file_downloaded", id)] };
    },
  },
  "GET /companies/{company_id}/leads/export": {
    exporting: async () => ({
      path: `/companies/${company.id}/leads/export?last_name_cont=Zwiebel`,
      asked: { token: owner.token },
      told: () => [owned("company.leads_exported", company.id)],
    }),
  },
  "POST /leads/{id}/erase": {
    "erasing a person": async () => ({
      ...post(`/leads/${(await createLead(company)).id}/erase`, owner, undefined),
      told: ({ erasure }) => [owned("erasure.requested", erasure.id)],
    }),
  },
  "DELETE /leads/{id}": {
    "erasing a person": async () => ({
      ...remove(`/leads/${(await createLead(company)).id}?erase=true`, owner),
      told: async () => [
        owned(
          "erasure.requested",
          (
            await env.LEADS_0.prepare("SELECT max(id) AS id FROM erasures WHERE company_id = ?")
              .bind(company.id)
              .first<{ id: number }>()
          )?.id ?? 0,
        ),
      ],
    }),
    "deleting a lead, which can be restored": async () => ({
      ...remove(`/leads/${(await createLead(company)).id}`, owner),
      told: () => [],
    }),
  },
};
Object.assign(DEEDS, LEAD_DEEDS);

const pathOf = (link: string) => link.slice(link.indexOf("/import/"));

/** An import of the company with both of its files. */
async function endedImport() {
  const { import_code } = await upload(owner.token, company.id, "email\nquirina@zwiebel.test\nquirina@\n");
  return waitForImport(import_code, owner.token);
}

const NO_PERSON = "it is about a company's work, not about people or what they may do";
const LEADS = "leads have a history of their own";

/** The routes that write and tell the trail nothing, each with why. */
const EXEMPT: Record<string, string> = {
  "POST /import/preview": "nothing is stored",
  "POST /users/confirm_email": "nothing changes until the link is used",
  "POST /users/reset_password": "anybody may ask for anybody, and nothing changes until the link is used",
  "POST /companies/{company_id}/campaigns": NO_PERSON,
  "PUT /campaigns/{id}": NO_PERSON,
  "POST /campaigns/{campaign_id}/questions": NO_PERSON,
  "PUT /campaigns/{campaign_id}/questions/options": NO_PERSON,
  "PUT /campaigns/{campaign_id}/questions/order": NO_PERSON,
  "PUT /questions/{id}": NO_PERSON,
  "DELETE /questions/{id}": NO_PERSON,
  "POST /companies/{company_id}/sources": NO_PERSON,
  "PUT /sources/{id}": NO_PERSON,
  "DELETE /sources/{id}": NO_PERSON,
  "POST /companies/{company_id}/territories": NO_PERSON,
  "PUT /companies/{company_id}/territories/order": NO_PERSON,
  "PUT /territories/{id}": NO_PERSON,
  "DELETE /territories/{id}": NO_PERSON,
  "PUT /companies/{company_id}/cycles": NO_PERSON,
  "POST /companies/{company_id}/cycles": NO_PERSON,
  "POST /companies/{company_id}/leads": LEADS,
  "PUT /leads/{id}": LEADS,
  "POST /leads/{id}/notes": LEADS,
  "DELETE /leads/{id}/notes/{note_id}": LEADS,
  "POST /leads/{id}/restore": LEADS,
  "POST /leads/{id}/merge": LEADS,
  "POST /companies/{company_id}/membership": NO_PERSON,
  "POST /companies/{company_id}/membership/cancel": NO_PERSON,
  "GET /avatars/{name}": "pages show it all the time, to everyone with its name",
};

/** The body of an answer: what JSON says, or a file as text. */
async function answerOf(response: Response, status: number): Promise<unknown> {
  if (!response.headers.get("Content-Type")?.startsWith("text/csv")) return bodyOf(response, status);
  expect(response.status).toBe(status);
  return response.text();
}

const PATIENCE_MS = 20_000;

/** What the trail has of a request, once there are so many events: those of a lead store take a moment to come. */
async function eventsOf(requestId: string, count: number) {
  const start = Date.now();
  for (;;) {
    const rows = await rowsOf("SELECT * FROM audit_events WHERE request_id = ? ORDER BY id", requestId);
    if (rows.length >= count || Date.now() - start > PATIENCE_MS) return rows;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A new version of the terms, in force. @returns the id of their text. */
async function publishedTerms(): Promise<number> {
  const json = { version: crypto.randomUUID(), texts: [{ locale: "en", title: "Terms", body: "Be kind." }] };
  const answer = await bodyOf(call("/legal_terms", { method: "POST", token: operator.token, json }), 201);
  return answer.legal_terms[0].id;
}

/** What people and companies here are called, and where they get their mail. */
const PRIVATE = ["Quirina", "Zwiebel", "Ottokar", "Oswin", "Betreiber", "@", PASSWORD, NEW_PASSWORD];

/** Every text in a body, at whatever depth, but for the codes of countries and languages. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return value.length > 2 ? [value] : [];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

const nameOf = ({ method, path }: RouteSpec) => `${method.toUpperCase()} ${path}`;
/** What writes, and what gives a file away. */
const WATCHED = ROUTES.map(({ spec }) => spec).filter(
  ({ method, response }) => method !== "get" || "file" in response,
);

beforeAll(async () => {
  company = await createCompany({ name: "Kontor Zwiebel" });
  owner = await createUser({
    access: [{ company, role: "owner" }],
    firstName: "Ottokar",
    lastName: "Zwiebel",
  });
  operator = await createUser({ operator: true, firstName: "Oswin", lastName: "Betreiber" });
});

test("every route that writes or sends a file has its deeds here, or a reason to be silent", () => {
  const known = [...Object.keys(DEEDS), ...Object.keys(EXEMPT)];
  expect(known.sort()).toEqual(WATCHED.map(nameOf).sort());
});

describe.each(WATCHED.filter((spec) => nameOf(spec) in DEEDS).map((spec) => [nameOf(spec), spec] as const))(
  "%s",
  (name, spec) => {
    test.each(Object.entries(DEEDS[name] ?? {}))("%s", async (_, prepare) => {
      const { path, asked, status = spec.response.status, told } = await prepare();
      const address = `203.0.113.${1 + Math.floor(Math.random() * 254)}`;
      const id = crypto.randomUUID();
      const headers = { "CF-Connecting-IP": address, "User-Agent": `Trail/${id}`, "X-Request-Id": id };
      const before = Date.now();
      const answer = await answerOf(
        await call(path, { ...asked, headers: { ...asked.headers, ...headers } }),
        status,
      );
      const after = Date.now();

      const expected = await told(answer);
      const rows = await eventsOf(id, expected.length);
      const shared = { ip: address, user_agent: `Trail/${id}`, request_id: id };
      const wanted = expected.map(({ action, actor, company: inTheNameOf, object }) => ({
        ...shared,
        id: expect.any(Number),
        action,
        actor_id: actor,
        company_id: inTheNameOf,
        object_type: action.split(".")[0],
        object_id: object,
        details: expect.any(String),
        created_at: expect.any(Number),
        source_id: expect.toSatisfy((source) => source === null || typeof source === "string"),
      }));
      const byAction = (a: { action: string }, b: { action: string }) => a.action.localeCompare(b.action);
      expect(rows.toSorted(byAction)).toEqual(wanted.toSorted(byAction));
      for (const { created_at: at, details } of rows) {
        expect(at).toBeGreaterThanOrEqual(before);
        expect(at).toBeLessThanOrEqual(after);
        expect(() => AuditEvent.shape.details.parse(JSON.parse(details))).not.toThrow();
        for (const value of [...textsIn(asked.json), ...PRIVATE]) expect(details).not.toContain(value);
      }
    });
  },
);
