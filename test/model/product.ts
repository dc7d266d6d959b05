import { createExecutionContext, env } from "cloudflare:test";
import { app } from "../../src/app.ts";
import { signAccessToken } from "../../src/auth/tokens/tokens.ts";
import { requestOf } from "../harness/api.ts";
import type { Outcome } from "./rules/apply.ts";
import type { Deed, State, Wanted } from "./rules/state.ts";

/** The product with a world of its own in it, seen as the model sees it: people and companies counted from 0. */
interface Product {
  perform(deed: Deed): Promise<Outcome>;
  look(): Promise<{ state: State; withoutOwner: boolean[] }>;
}

// No mail goes out: what is written of it is enough.
const bindings = { ...env, MAILS: { send: async () => {} } } as unknown as Env;
const prepare = (sql: string, ...values: unknown[]) => env.DIRECTORY.prepare(sql).bind(...values);
type Row = Record<string, number>;

/** Puts a world into the directory. */
export async function build({ people, companies, held }: State): Promise<Product> {
  const now = Date.now();
  const [newUsers, newCompanies] = await env.DIRECTORY.batch<Row>([
    prepare(
      `INSERT INTO users (email, email_confirmed_at, first_name, last_name, status, operator, password_hash, created_at, updated_at)
       SELECT 'model-' || lower(hex(randomblob(12))) || '@example.test', iif(value->>'confirmed', ?1, NULL), 'P', key,
         value->>'status', value->>'operator', iif(value->>'password', 'none', NULL), ?1, ?1
       FROM json_each(?2) RETURNING id, email`,
      now,
      JSON.stringify(people),
    ),
    prepare(
      `INSERT INTO companies (name, lead_store, created_at, updated_at)
       SELECT 'Model', 0, ?1, ?1 FROM json_each(?2) RETURNING id`,
      now,
      JSON.stringify(companies),
    ),
  ]);
  const userIds = (newUsers?.results ?? []).map(({ id }) => id as number).sort((a, b) => a - b);
  const companyIds = (newCompanies?.results ?? []).map(({ id }) => id as number).sort((a, b) => a - b);
  const emails = new Map((newUsers?.results ?? []).map(({ id, email }) => [id, String(email)]));
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
  userIds: number[];
  companyIds: number[];
  emails: Map<number | undefined, string>;
}

function productOf({ userIds, companyIds, emails }: Ids): Product {
  const invitationIds: number[] = [];
  const versions = userIds.map(() => 0);
  const accessIds = new Map<string, number>();
  const tokens = new Map<string, string>();

  async function tokenOf(person: number): Promise<string> {
    const key = `${person}/${versions[person]}`;
    const user = { id: userIds[person] as number, tokenVersion: versions[person] ?? 0 };
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

  function requestFor(deed: Deed): { path: string; method: string; json?: unknown } {
    const of = (person: number) => `/users/${userIds[person]}`;
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
        const email = emails.get(userIds[deed.person]);
        const json = { email, company_id: companyIds[deed.company], access_id: deed.access };
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
    }
  }

  async function perform(deed: Deed): Promise<Outcome> {
    const { path, ...asked } = requestFor(deed);
    const request = requestOf(path, { ...asked, token: await tokenOf(deed.actor) });
    const answer = await app.fetch(request, bindings, createExecutionContext());
    const text = await answer.text();
    // biome-ignore lint/suspicious/noExplicitAny: a test asserts on what is there.
    const body: any = text === "" ? {} : JSON.parse(text);
    if (answer.status >= 300) return answer.status >= 500 ? text : body.code;
    if (deed.kind === "make") companyIds.push(body.company.id);
    return "done";
  }

  async function look() {
    const [users, companies, held, invitations] = await env.DIRECTORY.batch<Row>([
      prepare(
        `SELECT id, status, operator, email_confirmed_at, password_hash, token_version FROM users
         WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id`,
        JSON.stringify(userIds),
      ),
      prepare(
        `SELECT id, parent_company_id, without_owner_since FROM companies
         WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id`,
        JSON.stringify(companyIds),
      ),
      prepare(
        `SELECT * FROM user_accesses WHERE user_id IN (SELECT value FROM json_each(?)) ORDER BY id`,
        JSON.stringify(userIds),
      ),
      prepare(
        `SELECT i.*, u.id AS invited FROM invitations i JOIN users u ON u.email = i.email
         WHERE i.company_id IN (SELECT value FROM json_each(?)) ORDER BY i.id`,
        JSON.stringify(companyIds),
      ),
    ]);
    const company = (id: number | undefined) => companyIds.indexOf(id as number);
    const person = (id: number | undefined) => userIds.indexOf(id as number);
    accessIds.clear();
    for (const row of held?.results ?? []) {
      accessIds.set(`${person(row.user_id)}/${company(row.company_id)}`, row.id as number);
    }
    invitationIds.splice(0, Infinity, ...(invitations?.results ?? []).map(({ id }) => id as number));
    for (const [index, row] of (users?.results ?? []).entries())
      versions[index] = row.token_version as number;
    const state: State = {
      people: (users?.results ?? []).map((row) => ({
        status: String(row.status) as "active",
        operator: row.operator === 1,
        confirmed: row.email_confirmed_at !== null,
        password: row.password_hash !== null,
      })),
      companies: (companies?.results ?? []).map((row) =>
        row.parent_company_id === null ? null : company(row.parent_company_id),
      ),
      held: (held?.results ?? []).map((row) => ({
        person: person(row.user_id),
        company: company(row.company_id),
        access: row.access_id as number,
        primary: row.primary === 1,
        suspended: row.suspended_at !== null,
      })),
      invitations: (invitations?.results ?? []).map((row) => ({
        company: company(row.company_id),
        person: person(row.invited),
        access: row.access_id as number,
        inviter: person(row.invited_by),
        state: row.accepted_at !== null ? "accepted" : row.revoked_at !== null ? "revoked" : "open",
      })),
    };
    return { state, withoutOwner: (companies?.results ?? []).map((row) => row.without_owner_since !== null) };
  }

  return { perform, look };
}
