import { audit, type Origin } from "../audit/record.ts";
import type { DirectoryDb } from "../db/clients.ts";
import { commit } from "../db/directory/commit.ts";
import { describeError, log } from "../log.ts";
import { deleteAvatar, newAvatarName, putAvatar } from "./avatar-files.ts";
import type { AvatarImage } from "./image/received-image.ts";
import { type AvatarOwner, nameAvatar, selectAvatar } from "./queries.ts";

/**
 * Gives a user or a company another avatar, and removes the one before.
 *
 * The image is there before the row names it, and the one before it goes only when no row names it any more. It is
 * read in the transaction that replaces it: of two changes at once, each removes what it has replaced.
 *
 * @returns the avatar's name.
 */
export async function changeAvatar(
  env: Env,
  db: DirectoryDb,
  origin: Origin,
  owner: AvatarOwner,
  image: AvatarImage,
): Promise<string> {
  const name = newAvatarName(image.kind);
  let replaced: { name: string | null } | undefined;
  try {
    await putAvatar(env, name, image);
    [[replaced]] = await commit(db, [
      selectAvatar(db, owner),
      nameAvatar(db, owner, name, origin.now),
      audit(db, origin, {
        action: `${owner.kind}.avatar_changed`,
        companyId: owner.companyId,
        objectId: owner.id,
      }),
    ]);
  } catch (error) {
    await discardFile(env, db, owner, name);
    throw error;
  }
  if (replaced?.name) await deleteAvatar(env, replaced.name);
  return name;
}

/** Removes the image of a change that failed; but one whose answer alone was lost has happened, and keeps its image. */
async function discardFile(env: Env, db: DirectoryDb, owner: AvatarOwner, name: string): Promise<void> {
  try {
    const now = await selectAvatar(db, owner).get();
    if (now?.name !== name) await deleteAvatar(env, name);
  } catch (error) {
    log("error", "avatar.undecided", { name, ...describeError(error) });
  }
}
