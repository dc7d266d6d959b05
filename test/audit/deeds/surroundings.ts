import { env } from "cloudflare:test";
import type { AuditAction } from "../../../src/audit/record.ts";
import { linkToken } from "../../../src/auth/tokens/link-tokens.ts";
import { bodyOf, call } from "../../harness/api.ts";
import {
  createCompany,
  createUser,
  PASSWORD,
  type TestCompany,
  type TestUser,
} from "../../harness/factories.ts";
import { rowsOf } from "../../harness/people.ts";
import type { Told } from "./deed.ts";

/** Not the one that users here have. */
export const NEW_PASSWORD = "three lamps on the stairs";

export let company: TestCompany;
export let owner: TestUser;
export let operator: TestUser;

/** Somebody of the company. */
export const member = (differs: Parameters<typeof createUser>[0] = {}) =>
  createUser({
    access: [{ company, role: "viewer" }],
    firstName: "Quirina",
    lastName: "Zwiebel",
    ...differs,
  });
const idOf = async (query: string, ...values: unknown[]): Promise<number> =>
  (await rowsOf(query, ...values))[0].id;
/** The id of the session that a user opened last. */
export const newestSessionOf = ({ id }: { id: number }) =>
  idOf("SELECT id FROM sessions WHERE user_id = ? ORDER BY id DESC LIMIT 1", id);
/** The id of the access that a user has in a company. */
export const accessOf = ({ id }: { id: number }, { id: companyId }: { id: number } = company) =>
  idOf("SELECT id FROM user_accesses WHERE user_id = ? AND company_id = ?", id, companyId);
/** Signs somebody in by their password. */
export const signIn = ({ email }: TestUser) =>
  bodyOf(call("/users/login", { method: "POST", json: { email, password: PASSWORD } }));

/** The token of the newest mail of a kind to an address. */
export async function mailed(
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
export const own = (action: AuditAction, { id }: { id: number }, object = id): Told => ({
  action,
  actor: id,
  company: null,
  object,
});
/** What the owner does in the company's name. */
export const owned = (action: AuditAction, object: number, companyId = company.id): Told => ({
  action,
  actor: owner.id,
  company: companyId,
  object,
});
/** A change of something. */
export const put = (path: string, { token }: { token: string }, json: unknown = {}) => ({
  path,
  asked: { method: "PUT", token, json },
});
/** A creation or an action. */
export const post = (path: string, caller: { token: string } | null, json: unknown = {}) => ({
  path,
  asked: { method: "POST", json, ...(caller && { token: caller.token }) },
});
/** A removal. */
export const remove = (path: string, { token }: { token: string }, json?: unknown) => ({
  path,
  asked: { method: "DELETE", token, ...(json !== undefined && { json }) },
});

/** A new version of the terms, in force. @returns the id of their text. */
export async function publishedTerms(): Promise<number> {
  const json = { version: crypto.randomUUID(), texts: [{ locale: "en", title: "Terms", body: "Be kind." }] };
  const answer = await bodyOf(call("/legal_terms", { method: "POST", token: operator.token, json }), 201);
  return answer.legal_terms[0].id;
}

/** Makes those whose deeds they are. */
export async function createSurroundings(): Promise<void> {
  company = await createCompany({ name: "Kontor Zwiebel" });
  owner = await createUser({
    access: [{ company, role: "owner" }],
    firstName: "Ottokar",
    lastName: "Zwiebel",
  });
  operator = await createUser({ operator: true, firstName: "Oswin", lastName: "Betreiber" });
}
