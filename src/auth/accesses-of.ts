import { eq } from "drizzle-orm";
import type { DirectoryDb } from "../db/clients.ts";
import { userAccesses, users } from "../db/directory/schema.ts";
import type { HeldAccess } from "./actor.ts";

/** The accesses of a user, in every company. @returns `null` where there is no such user. */
export async function accessesOf(db: DirectoryDb, userId: number): Promise<HeldAccess[] | null> {
  const rows = await db
    .select({ companyId: userAccesses.companyId, accessId: userAccesses.accessId })
    .from(users)
    .leftJoin(userAccesses, eq(userAccesses.userId, users.id))
    .where(eq(users.id, userId));
  if (rows.length === 0) return null;
  return rows.flatMap(({ companyId, accessId }) => (companyId && accessId ? [{ companyId, accessId }] : []));
}
