import { createExecutionContext, env } from "cloudflare:test";
import { app } from "../../src/app.ts";
import { hashPassword } from "../../src/auth/passwords/passwords.ts";
import { linkToken } from "../../src/auth/tokens/link-tokens.ts";
import { signAccessToken } from "../../src/auth/tokens/tokens.ts";
import { requestOf } from "../harness/api.ts";
import { PASSWORDS, personOf, shownWith } from "./passwords.ts";
import type { Outcome } from "./rules/apply.ts";
import { type Deed, NOBODY, type State, type Wanted } from "./rules/state.ts";

/** The product with a world of its own in it, seen as the model sees it: people and companies counted from 0. */
interface Product {
  perform(deed: Deed): Promise<Outcome>;
  look(): Promise<{ state: State; withoutOwner: boolean[] }>;
}

// No mail goes out: what is written of it is enough.
// What is tried at one account within a minute is no stranger's.
const limits = { RESET_LIMIT: env.REQUEST_LIMIT, LOGIN_LIMIT: env.REQUEST_LIMIT };
const bindings = { ...env, ...limits, MAILS: { send: async () => {} } } as unknown as Env;
const prepare = (sql: string, ...values: unknown[]) => env.DIRECTORY.prepare(sql).bind(...values);
type Row = Record<string, number>;

let ownHash: Promise<string> | undefined;
/** No user has it. */
const NO_ID = 999_999_999;

/** Puts a world into the directory. */
export async function build({ people, companies, held }: State): Promise<Product> {
  const now = Date.now();
  const emails = people.map((_, person) => `p${person}-${crypto.randomUUID()}@in.test`);
  ownHash ??= hashPassword(PASSWORDS.own);
  const hash = await ownHash;
  const [newUsers, newCompanies] = await env.DIRECTORY.batch<Row>([
    prepare(
      `INSERT INTO users (email, email_confirmed_at, first_name, last_name, status, operator, password_hash, created_at, updated_at)
       SELECT value->>'email', iif(value->>'confirmed', ?1, NULL), 'P', key,
         value->>'status', value->>'operator', iif(value->>'password' IS NULL, NULL, ?3), ?1, ?1
       FROM json_each(?2) WHERE value->>'status' <> 'none' RETURNING id, email`,
      now,
      JSON.stringify(people.map((person, index) => ({ ...person, email: emails[index] }))),
      hash,
    ),
    prepare(
      `INSERT INTO companies (name, lead_store, created_at, updated_at)
       SELECT 'Model', 0, ?1, ?1 FROM json_each(?2) RETURNING id`,
      now,
      JSON.stringify(companies),
    ),
  ]);
  const idsByEmail = new Map((newUsers?.results ?? []).map(({ id, email }) => [String(email), id as number]));
  const userIds = emails.map((email) => idsByEmail.get(email) ?? null);
  const companyIds = (newCompanies?.results ?? []).map(({ id }) => id as number).sort((a, b) => a - b);
  const idOf = (company: number | null) => (company === null ? null : (companyIds[company] as number));
  const lines = companies.flatMap((parent, company) => [
    [idOf(company), idOf(company), 0],
    ...(parent === null ? [] : [[idOf(company), idOf(parent), 1]]),
  ]);
  await env.DIRECTORY.batch([
    prepare(
      `UPDATE companies SET parent_company_id = value->>1 FROM json_each(?) WHERE companies.id = value->>0`,
      JSON.stringify(companies.map((parent, company) => [idOf(company), idOf(parent)])),
    ),
    prepare(
      `INSERT INTO company_ancestors (company_id, ancestor_id, depth)
       SELECT value->>0, value->>1, value->>2 FROM json_each(?)`,
      JSON.stringify(lines),
    ),
    prepare(
      `INSERT INTO user_accesses (user_id, company_id, access_id, "primary", created_at)
       SELECT value->>0, value->>1, value->>2, value->>3, ? FROM json_each(?) ORDER BY key`,
      now,
      JSON.stringify(
        held.map((one) => [userIds[one.person], idOf(one.company), one.access, Number(one.primary)]),
      ),
    ),
  ]);
  return productOf({ userIds, companyIds, emails });
}

interface Ids {
  /** `null` for who has no account. */
  userIds: (number | null)[];
  companyIds: number[];
  emails: string[];
}

function productOf({ userIds, companyIds, emails }: Ids): Product {
  const invitationIds: number[] = [];
  const versions = userIds.map(() => 0);
  const accessIds = new Map<string, number>();
  /** The hashes of passwords that somebody else has chosen. */
  const strangers = new Set<string>();
  const tokens = new Map<string, string>();

  async function tokenOf(person: number): Promise<string> {
    const key = `${userIds[person]}/${versions[person]}`;
    const user = { id: userIds[person] ?? NO_ID, tokenVersion: versions[person] ?? 0 };
    const token = tokens.get(key) ?? (await signAccessToken(env, user, "model", Date.now())).token;
    tokens.set(key, token);
    return token;
  }

  const asJson = (wanted: Wanted[]) => ({
    user_accesses: wanted.map(({ company, access, primary }) => ({
      company_id: companyIds[company],
      access_id: access,
      ...(primary && { primary }),
    })),
  });

  /** The token of a link that was mailed to a person for their account. */
  async function linkTo(
    kind: "confirm_email" | "reset_password" | "set_password",
    person: number,
  ): Promise<string> {
    const now = Date.now();
    const mail = await prepare(
      `INSERT INTO mails (kind, email, user_id, created_at, link_expires_at, queued_at, done_at)
       VALUES (?1, ?2, ?3, ?4, ?4 + 60000, ?4, ?4) RETURNING id`,
      kind,
      emails[person],
      userIds[person] ?? null,
      now,
    ).first<{ id: number }>();
    return linkToken(env, kind, mail?.id ?? 0);
  }

  const newPerson = (person: number) => ({ first_name: "P", last_name: "Q", email: emails[person] });

  async function requestFor(deed: Deed): Promise<{ path: string; method: string; json?: unknown }> {
    const of = (person: number) => `/users/${userIds[person] ?? NO_ID}`;
    switch (deed.kind) {
      case "grant":
        return { path: `${of(deed.person)}/user_access`, method: "POST", json: asJson(deed.wanted) };
      case "replace":
        return { path: `${of(deed.person)}/user_access`, method: "PUT", json: asJson(deed.wanted) };
      case "revoke": {
        const id = accessIds.get(`${deed.person}/${deed.company}`) ?? 999_999_999;
        return { path: `${of(deed.person)}/user_access/${id}`, method: "DELETE" };
      }
      case "invite": {
        const json = {
          email: emails[deed.person],
          company_id: companyIds[deed.company],
          access_id: deed.access,
        };
        return { path: "/invitations", method: "POST", json };
      }
      case "accept":
        return { path: `/invitations/${invitationIds[deed.invitation]}/accept`, method: "POST" };
      case "uninvite":
        return { path: `/invitations/${invitationIds[deed.invitation]}`, method: "DELETE" };
      case "status":
        return { path: of(deed.person), method: "PUT", json: { status: deed.status } };
      case "make": {
        const parent = deed.parent === null ? {} : { parent_company_id: companyIds[deed.parent] };
        return { path: "/companies", method: "POST", json: { name: "Model", ...parent } };
      }
      case "signUp": {
        const json = { ...newPerson(deed.person), password: PASSWORDS.stranger };
        return { path: "/users", method: "POST", json };
      }
      case "create": {
        const { user_accesses } = asJson(deed.wanted);
        const json = {
          ...newPerson(deed.person),
          ...(deed.password && { password: PASSWORDS.stranger }),
          ...(user_accesses.length > 0 && { user_accesses_attributes: user_accesses }),
        };
        return { path: "/users", method: "POST", json };
      }
      case "confirm": {
        const json = { token: await linkTo("confirm_email", deed.person), ...shownWith(deed.by) };
        return { path: "/users/confirm_email", method: "PUT", json };
      }
      case "reset": {
        const json = { token: await linkTo("reset_password", deed.person), password: PASSWORDS.own };
        return { path: "/users/reset_password", method: "PUT", json };
      }
      case "first": {
        const json = { token: await linkTo("set_password", deed.person), password: PASSWORDS.own };
        return { path: "/users/reset_password", method: "PUT", json };
      }
      case "join": {
        const id = invitationIds[deed.invitation] ?? 0;
        const code = linkToken(env, "invitation", id);
        const invited = await prepare("SELECT email FROM invitations WHERE id = ?", id).first("email");
        const json = {
          ...{ first_name: "P", last_name: "Q", email: invited },
          ...{ password: PASSWORDS.own, invitation_code: code },
        };
        return { path: "/users", method: "POST", json };
      }
    }
  }

  async function perform(deed: Deed): Promise<Outcome> {
    const { path, ...asked } = await requestFor(deed);
    const request = requestOf(path, {
      ...asked,
      ...(deed.actor !== NOBODY && { token: await tokenOf(deed.actor) }),
    });
    const answer = await app.fetch(request, bindings, createExecutionContext());
    const text = await answer.text();
    // biome-ignore lint/suspicious/noExplicitAny: a test asserts on what is there.
    const body: any = text === "" ? {} : JSON.parse(text);
    if (answer.status >= 300) return answer.status >= 500 ? text : body.code;
    if (deed.kind === "make") companyIds.push(body.company.id);
    if (deed.kind === "signUp" || deed.kind === "create") {
      const row = await prepare("SELECT password_hash FROM users WHERE id = ?", body.user.id).first(
        "password_hash",
      );
      if (typeof row === "string") strangers.add(row);
    }
    return "done";
  }

  async function look() {
    const [users, companies, held, invitations] = await env.DIRECTORY.batch<Row>([
      prepare(
        `SELECT id, email, status, operator, email_confirmed_at, password_hash, token_version, EXISTS (
           SELECT 1 FROM audit_events e WHERE e.object_type = 'user' AND e.object_id = users.id
             AND e.action = 'user.created' AND e.actor_id IS NOT NULL) AS made_by_other, (
           SELECT company_id FROM audit_events e WHERE e.object_type = 'user' AND e.object_id = users.id
             AND e.action = 'user.created') AS made_in
         FROM users WHERE email IN (SELECT value FROM json_each(?))`,
        JSON.stringify(emails),
      ),
      prepare(
        `SELECT id, parent_company_id, without_owner_since, (
           SELECT actor_id FROM audit_events e WHERE e.object_type = 'company' AND e.object_id = companies.id
             AND e.action = 'company.created') AS maker FROM companies
         WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id`,
        JSON.stringify(companyIds),
      ),
      prepare(
        `SELECT ua.*, iif(u.email_confirmed_at IS NULL, (
           SELECT json_group_array(json_array(actor_id, details->>'access_id')) FROM (
             SELECT * FROM audit_events e WHERE e.object_type = 'user_access' AND e.object_id = ua.id
               AND e.actor_id <> ua.user_id AND e.action IN ('user_access.granted', 'user_access.changed')
             ORDER BY e.id)), '[]') AS granted
         FROM user_accesses ua JOIN users u ON u.id = ua.user_id
         WHERE u.email IN (SELECT value FROM json_each(?)) ORDER BY ua.id`,
        JSON.stringify(emails),
      ),
      prepare(
        `SELECT * FROM invitations WHERE company_id IN (SELECT value FROM json_each(?)) ORDER BY id`,
        JSON.stringify(companyIds),
      ),
    ]);
    const byEmail = new Map((users?.results ?? []).map((row) => [String(row.email), row]));
    userIds.splice(
      0,
      Infinity,
      ...emails.map((email) => (byEmail.get(email)?.id as number | undefined) ?? null),
    );
    const company = (id: number | undefined) => companyIds.indexOf(id as number);
    const person = (id: number | undefined) => userIds.indexOf(id as number);
    accessIds.clear();
    for (const row of held?.results ?? []) {
      accessIds.set(`${person(row.user_id)}/${company(row.company_id)}`, row.id as number);
    }
    invitationIds.splice(0, Infinity, ...(invitations?.results ?? []).map(({ id }) => id as number));
    for (const [index, email] of emails.entries()) {
      versions[index] = (byEmail.get(email)?.token_version as number | undefined) ?? 0;
    }
    const state: State = {
      people: emails.map((email) => {
        const row = byEmail.get(email);
        return personOf(row, row?.made_in ? company(row.made_in) : null, strangers);
      }),
      companies: (companies?.results ?? []).map((row) =>
        row.parent_company_id === null ? null : company(row.parent_company_id),
      ),
      makers: (companies?.results ?? []).map(({ maker }) => (maker ? person(maker) : null)),
      held: (held?.results ?? []).map((row) => ({
        person: person(row.user_id),
        company: company(row.company_id),
        access: row.access_id as number,
        primary: row.primary === 1,
        suspended: row.suspended_at !== null,
        granted: (JSON.parse(String(row.granted)) as number[][]).map(([by, access]) => ({
          by: person(by),
          access: access as number,
        })),
      })),
      invitations: (invitations?.results ?? []).map((row) => ({
        company: company(row.company_id),
        person: emails.indexOf(String(row.email)),
        access: row.access_id as number,
        inviter: person(row.invited_by),
        state: row.accepted_at !== null ? "accepted" : row.revoked_at !== null ? "revoked" : "open",
      })),
    };
    return { state, withoutOwner: (companies?.results ?? []).map((row) => row.without_owner_since !== null) };
  }

  return { perform, look };
}
