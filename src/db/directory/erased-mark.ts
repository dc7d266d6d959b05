import type { DirectoryDb } from "../clients.ts";
import { checkpoints } from "./schema.ts";

/** The mark that something of a person was in the directory which is not written over yet. */
export const ERASED_MARK = "erased_from_directory";

/**
 * A statement, for the batch that takes something of people out of the directory, which has the copies of it written
 * over before the next erasure ends.
 *
 * @param now milliseconds since 1970.
 * @see {@link file://../../erasures/space/directory-copies.ts}
 */
export function markErased(directory: DirectoryDb, now: number) {
  const mark = { value: crypto.randomUUID(), movedAt: now };
  return directory
    .insert(checkpoints)
    .values({ name: ERASED_MARK, ...mark })
    .onConflictDoUpdate({ target: checkpoints.name, set: mark });
}
