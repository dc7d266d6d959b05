import { env } from "cloudflare:test";
import { linkToken } from "../../src/auth/tokens/link-tokens.ts";
import { openDirectory } from "../../src/db/clients.ts";
import { bodyOf, call } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";
import { dumpDirectory } from "../harness/failing-statement.ts";

export const db = openDirectory(env.DIRECTORY);

export const codeOf = (id: number) => linkToken(env, "invitation", id);

// biome-ignore lint/suspicious/noExplicitAny: a test asserts on what is there.
export async function rows(text: string, ...values: unknown[]): Promise<any[]> {
  return (
    await env.DIRECTORY.prepare(text)
      .bind(...values)
      .all()
  ).results;
}

export const accessesOf = (user: TestUser) =>
  rows(
    `SELECT id, company_id, access_id, "primary" FROM user_accesses WHERE user_id = ? ORDER BY id`,
    user.id,
  );

export const eventsOf = (user: TestUser) =>
  rows(
    "SELECT * FROM audit_events WHERE actor_id = ? AND action <> 'invitation.created' ORDER BY id",
    user.id,
  );

/** What the directory holds, but for how far the mails are, which go out in their own time. */
export async function stateOfDirectory(): Promise<Record<string, unknown[]>> {
  const dump = await dumpDirectory();
  const mails = dump.mails as { id: number; link_ended_at: number | null }[];
  return { ...dump, mails: mails.map(({ id, link_ended_at }) => ({ id, link_ended_at })) };
}

/** A company whose owner has invited an address. */
export async function invited(email: string, access_id: number, at?: TestCompany) {
  const company = at ?? (await createCompany());
  const owner = await createUser({ access: [{ company, role: "owner" }] });
  const asked = call("/invitations", {
    method: "POST",
    token: owner.token,
    json: { email, company_id: company.id, access_id },
  });
  const { invitation } = await bodyOf(asked, 201);
  return { company, owner, id: invitation.id as number, code: codeOf(invitation.id), invitation };
}
