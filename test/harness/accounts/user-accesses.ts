import { env } from "cloudflare:test";

export interface AccessInDatabase {
  id: number;
  company: number;
  access: number;
  primary: boolean;
}

/** The accesses of a user as the database has them, the oldest first. */
export async function accessesInDatabase(user: { id: number }): Promise<AccessInDatabase[]> {
  const { results } = await env.DIRECTORY.prepare("SELECT * FROM user_accesses WHERE user_id = ? ORDER BY id")
    .bind(user.id)
    .all<Record<string, number>>();
  return results.map((row) => ({
    id: Number(row.id),
    company: Number(row.company_id),
    access: Number(row.access_id),
    primary: row.primary === 1,
  }));
}

/** Which access a user has in which company: all that matters where ids do not. */
export async function rolesInDatabase(user: { id: number }): Promise<Record<number, number>> {
  return Object.fromEntries((await accessesInDatabase(user)).map(({ company, access }) => [company, access]));
}

/** What the trail says of a user's accesses, in its order. */
export async function accessEvents(user: { id: number }) {
  const { results } = await env.DIRECTORY.prepare(
    `SELECT action, company_id, actor_id, object_type, object_id, details, request_id FROM audit_events
     WHERE object_type = 'user_access' AND details->>'user_id' = ? ORDER BY id`,
  )
    .bind(user.id)
    .all<Record<string, unknown>>();
  return results.map((row) => ({
    action: row.action,
    company: row.company_id,
    actor: row.actor_id,
    object: row.object_id,
    details: JSON.parse(String(row.details)),
  }));
}
