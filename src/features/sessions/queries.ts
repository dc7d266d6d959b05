import { eq } from "drizzle-orm";
import type { DirectoryDb } from "../../db/clients.ts";
import { users } from "../../db/directory/schema.ts";

/** What a sign-in needs to know of an account. @param email trimmed and lower-cased. */
export function findAccount(db: DirectoryDb, email: string) {
  return db
    .select({
      id: users.id,
      status: users.status,
      passwordHash: users.passwordHash,
      tokenVersion: users.tokenVersion,
    })
    .from(users)
    .where(eq(users.email, email))
    .get();
}
