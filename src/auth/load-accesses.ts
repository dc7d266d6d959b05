import { eq } from "drizzle-orm";
import type { DirectoryDb } from "../db/clients.ts";
import { userAccesses, users } from "../db/directory/schema.ts";
import type { HeldAccess } from "./actor.ts";

/** An access as it is kept: suspended, it counts for nothing. */
export interface StoredAccess extends HeldAccess {
  suspended: boolean;
}

/** What decides who may do what to a user. */
export interface LoadedUser {
  /** Their accesses, suspended ones too, in every company. */
  accesses: StoredAccess[];
  /** Whether the mailbox of their address has answered. */
  proved: boolean;
}

/** Reads what decides who may do what to a user. @returns `null` where there is no such user. */
export async function loadAccesses(db: DirectoryDb, userId: number): Promise<LoadedUser | null> {
  const rows = await db
    .select({
      emailConfirmedAt: users.emailConfirmedAt,
      companyId: userAccesses.companyId,
      accessId: userAccesses.accessId,
      suspendedAt: userAccesses.suspendedAt,
    })
    .from(users)
    .leftJoin(userAccesses, eq(userAccesses.userId, users.id))
    .where(eq(users.id, userId));
  const [user] = rows;
  if (!user) return null;
  const accesses = rows.flatMap(({ companyId, accessId, suspendedAt }) =>
    companyId && accessId ? [{ companyId, accessId, suspended: suspendedAt !== null }] : [],
  );
  return { accesses, proved: user.emailConfirmedAt !== null };
}
