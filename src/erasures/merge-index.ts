import type { Slice } from "../jobs/slice.ts";
import { aMacrotask } from "../macrotask.ts";

/** Pages that one statement merges: some 20 ms of the database, so that others get in between. */
const PAGES_AT_ONCE = 200;

/**
 * Merges the index of a lead store, until no word of a lead that was erased is left in it: a deleted row only marks
 * them, and merging leaves them out.
 *
 * @returns whether that is done; where not, the slice was over before.
 * @see https://www.sqlite.org/fts5.html#the_merge_command
 */
export async function mergeIndex(client: D1Database, slice: Slice): Promise<boolean> {
  const merge = client.prepare("INSERT INTO lead_search (lead_search, rank) VALUES ('merge', ?1)");
  do {
    const { meta } = await merge.bind(-PAGES_AT_ONCE).run();
    // The statement itself counts as one change.
    if (meta.changes < 2) return true;
    await aMacrotask();
  } while (!(await slice.over()));
  return false;
}
