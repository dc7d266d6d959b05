import { env } from "cloudflare:test";
import { linkToken } from "../../src/auth/tokens/link-tokens.ts";
import { openDirectory } from "../../src/db/clients.ts";
import { invitations } from "../../src/db/directory/schema.ts";
import { createUser } from "./factories.ts";

/** The rows that a query on the directory finds. */
// biome-ignore lint/suspicious/noExplicitAny: a test asserts on what is there.
export async function rowsOf(query: string, ...values: unknown[]): Promise<any[]> {
  return (
    await env.DIRECTORY.prepare(query)
      .bind(...values)
      .all()
  ).results;
}

/** An address that nobody has yet. */
export function freshEmail(): string {
  return `new-${crypto.randomUUID().slice(0, 13)}@example.test`;
}

/** An invitation with the code that its mail carries. @param differs what is other than an open one as an agent. */
export async function createInvitation(
  company: { id: number },
  email: string,
  differs: Partial<typeof invitations.$inferInsert> = {},
) {
  const now = Date.now();
  const [row] = await openDirectory(env.DIRECTORY)
    .insert(invitations)
    .values({
      companyId: company.id,
      email,
      accessId: 3,
      invitedBy: differs.invitedBy ?? (await createUser({ access: [{ company, role: "owner" }] })).id,
      createdAt: now,
      expiresAt: now + 60_000,
      ...differs,
    })
    .returning();
  if (!row) throw new Error("no invitation");
  return { id: row.id, code: linkToken(env, "invitation", row.id) };
}

/** What the trail tells of an object, oldest first, without who asked from where. */
export async function eventsOf(objectType: string, objectId: number) {
  const rows = await rowsOf(
    `SELECT action, company_id, actor_id, details FROM audit_events
     WHERE object_type = ? AND object_id = ? ORDER BY id`,
    objectType,
    objectId,
  );
  return rows.map(({ details, ...row }) => ({ ...row, details: JSON.parse(details) }));
}
