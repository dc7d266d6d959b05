import { sql } from "drizzle-orm";
import { hasConfirmedEmail, type UserActor } from "../../auth/actor.ts";
import { requireConfirmedEmail } from "../../auth/require-confirmed-email.ts";
import type { DirectoryDb } from "../../db/clients.ts";
import { isTreeMadeBy } from "./right-to-grant.ts";

/**
 * An account that proved nothing may be anybody's. What it makes in a tree of others would stay theirs who were in it:
 * it makes such things in a tree alone that it made itself, from its root on.
 *
 * @throws 403 `email_not_confirmed` in any other.
 */
export async function requireConfirmedEmailIn(
  db: DirectoryDb,
  actor: UserActor,
  companyId: number,
): Promise<void> {
  if (hasConfirmedEmail(actor)) return;
  const [row] = await db.all<{ made: number }>(sql`SELECT ${isTreeMadeBy(actor.userId, companyId)} AS made`);
  if (row?.made !== 1) requireConfirmedEmail(actor);
}
