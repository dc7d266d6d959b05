import { env } from "cloudflare:test";
import { createHash } from "node:crypto";
import { beforeAll } from "vitest";
import { LegalTermsAnswer } from "../../src/legal-terms/schemas.ts";
import { bodyOf, call } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";

export let operator: TestUser;

export let company: TestCompany;

export let serial = 0;

export const sha256 = (text: string) => createHash("sha256").update(text, "utf8").digest("hex");

export function texts(...locales: string[]) {
  return locales.map((locale) => ({ locale, title: `Terms ${locale}`, body: `Cláusula 1 – ${locale} 🦊\n` }));
}

export function publish(json: unknown, token = operator.token) {
  return call("/legal_terms", { method: "POST", token, json });
}

/** Publishes a new version. @returns its texts. */
export async function published(...locales: string[]) {
  serial += 1;
  const answer = await bodyOf(publish({ version: `v${serial}`, texts: texts(...locales) }), 201);
  return LegalTermsAnswer.parse(answer).legal_terms;
}

export function approve(
  user: { id: number; token: string },
  json: unknown,
  headers: Record<string, string> = {},
) {
  const path = `/users/${user.id}/onboarding/terms_and_conditions`;
  return call(path, { method: "PUT", token: user.token, json, headers });
}

export async function rows(sql: string, ...values: unknown[]) {
  const statement = env.DIRECTORY.prepare(sql).bind(...values);
  return (await statement.all<Record<string, unknown>>()).results;
}

export const eventsOf = (user: { id: number }) =>
  rows("SELECT * FROM audit_events WHERE actor_id = ? ORDER BY id", user.id);

/** Makes an operator, and a company. */
export function prepareTerms(): void {
  beforeAll(async () => {
    operator = await createUser({ operator: true });
    company = await createCompany();
  });
}
