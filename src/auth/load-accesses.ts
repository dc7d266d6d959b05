import { eq } from "drizzle-orm";
import type { DirectoryDb } from "../db/clients.ts";
import { userAccesses, users } from "../db/directory/schema.ts";
import type { HeldAccess } from "./actor.ts";

/** An access as it is kept: suspended, it counts for nothing. */
export interface StoredAccess extends HeldAccess {
  suspended: boolean;
}

/** The accesses of a user, suspended ones too, in every company. @returns `null` where there is no such user. */
export async function loadAccesses(db: DirectoryDb, userId: number): Promise<StoredAccess[] | null> {
  const rows = await db
    .select({
      companyId: userAccesses.companyId,
      accessId: userAccesses.accessId,
      suspendedAt: userAccesses.suspendedAt,
    })
    .from(users)
    .leftJoin(userAccesses, eq(userAccesses.userId, users.id))
    .where(eq(users.id, userId));
  if (rows.length === 0) return null;
  return rows.flatMap(({ companyId, accessId, suspendedAt }) =>
    companyId && accessId ? [{ companyId, accessId, suspended: suspendedAt !== null }] : [],
  );
}
