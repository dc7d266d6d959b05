import type { Slice } from "../../jobs/slice.ts";
import { aMacrotask } from "../../macrotask.ts";

/** Pages that one statement merges: some 20 ms of the database, so that others get in between. */
const PAGES_AT_ONCE = 200;

/**
 * How often all of the index is merged: a merge that was under way when the lead was deleted has passed some of its
 * words already, and only the next one leaves these out.
 */
const PASSES = 2;

/**
 * Merges the index of a lead store, until no word of a lead that was erased is left in it: a deleted row only marks
 * them, and merging leaves them out.
 *
 * A pass begins with a negative number of pages, which puts all segments together, and goes on with positive ones:
 * these continue it beside what is written meanwhile, where another negative one would begin again.
 *
 * @param begun how many passes were begun before.
 * @param save saves that.
 * @returns whether that is done; where not, the slice was over before.
 * @see https://www.sqlite.org/fts5.html#the_merge_command
 */
export async function mergeIndex(
  client: D1Database,
  begun: number,
  save: (begun: number) => Promise<unknown>,
  slice: Slice,
  pagesAtOnce = PAGES_AT_ONCE,
): Promise<boolean> {
  const statement = client.prepare("INSERT INTO lead_search (lead_search, rank) VALUES ('merge', ?1)");
  const merge = async (pages: number) => {
    const { meta } = await statement.bind(pages).run();
    await aMacrotask();
    // The statement itself counts as one change.
    return meta.changes > 1;
  };
  for (let pass = begun; ; ) {
    if (pass > 0) while (await merge(pagesAtOnce)) if (await slice.over()) return false;
    if (pass === PASSES || !(await merge(-pagesAtOnce))) return true;
    pass += 1;
    await save(pass);
    if (await slice.over()) return false;
  }
}
