import { env } from "cloudflare:test";
import { beforeAll } from "vitest";
import { linkToken } from "../../src/auth/tokens/link-tokens.ts";
import { call } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";

export const codeOf = (id: number) => linkToken(env, "invitation", id);

export const invite = (token: string | undefined, json: unknown, headers = {}) =>
  call("/invitations", { method: "POST", json, headers, ...(token && { token }) });

// biome-ignore lint/suspicious/noExplicitAny: a test asserts on what is there.
export async function rows(sql: string, ...values: unknown[]): Promise<any[]> {
  return (
    await env.DIRECTORY.prepare(sql)
      .bind(...values)
      .all()
  ).results;
}

export const expire = (id: number) =>
  env.DIRECTORY.prepare("UPDATE invitations SET expires_at = ? WHERE id = ?")
    .bind(Date.now() - 1, id)
    .run();

export const eventsOf = (id: number) =>
  rows("SELECT * FROM audit_events WHERE object_type = 'invitation' AND object_id = ? ORDER BY id", id);

export let company: TestCompany;

export let owner: TestUser;

export let manager: TestUser;

export let agent: TestUser;

/** Makes a company with an owner, a manager and an agent. */
export function prepareInvitations(): void {
  beforeAll(async () => {
    company = await createCompany();
    owner = await createUser({ access: [{ company, role: "owner" }], firstName: "Olga", lastName: "Owner" });
    manager = await createUser({ access: [{ company, role: "manager" }] });
    agent = await createUser({ access: [{ company, role: "agent" }] });
  });
}
