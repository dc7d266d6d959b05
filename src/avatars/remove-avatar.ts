import { sql } from "drizzle-orm";
import { auditWhere, type Origin } from "../audit/record.ts";
import type { DirectoryDb } from "../db/clients.ts";
import { commit } from "../db/directory/commit.ts";
import { deleteAvatar } from "./avatar-files.ts";
import { type AvatarOwner, nameAvatar, selectAvatar } from "./queries.ts";

/**
 * Takes the avatar of a user or a company away; where there is none, nothing happens.
 *
 * @returns whether there was one.
 */
export async function removeAvatar(
  env: Env,
  db: DirectoryDb,
  origin: Origin,
  owner: AvatarOwner,
): Promise<boolean> {
  const { kind, id, companyId } = owner;
  const [[removed]] = await commit(db, [
    selectAvatar(db, owner),
    auditWhere(
      db,
      origin,
      { action: `${kind}.avatar_removed`, companyId, objectId: id },
      sql`${selectAvatar(db, owner)} IS NOT NULL`,
    ),
    nameAvatar(db, owner, null, origin.now),
  ]);
  if (!removed?.name) return false;
  await deleteAvatar(env, removed.name);
  return true;
}
