import type { Slice } from "../../jobs/slice.ts";
import { aMacrotask } from "../../macrotask.ts";
import { checkpoint, type Erasure, type ErasurePorts } from "../erasure-state.ts";
import { fillRootsStatements } from "./fill-roots.ts";
import { overwriteFreedPages } from "./freed-pages.ts";
import { rebuildIndexes } from "./rebuild-indexes.ts";
import { type Place, spreadStatements } from "./spread-rows.ts";

/** Beyond this many leads in a store its indexes are not made again: it would stand still for too long. */
const MOST_LEADS = 100_000;

/**
 * Writes over the copies of a person that SQLite left in the file of a lead store when it moved rows between pages,
 * freed pages, and wrote its log: D1 refuses `secure_delete` and `VACUUM`. Their own rows are gone by then.
 *
 * @returns whether that is done; where not, the slice was over before.
 */
export async function eraseCopies(ports: ErasurePorts, erasure: Erasure, slice: Slice): Promise<boolean> {
  const { client } = ports.tenant;
  const places = (erasure.progress as Place[] | null) ?? [];
  for (const [done, [kind, rowid]] of places.entries()) {
    if (done > 0 && (await slice.over())) {
      await checkpoint(ports, erasure, { progress: places.slice(done) });
      return false;
    }
    await client.batch(spreadStatements(client, kind, rowid));
    await aMacrotask();
  }
  const { leads, others } = await stateOfStore(client, erasure.id);
  // The last of several does it for all.
  if (others) return true;
  let written: number | undefined;
  if (leads <= MOST_LEADS) {
    await client.batch(fillRootsStatements(client));
    written = await rebuildIndexes(client, leads);
  }
  await overwriteFreedPages(client, written);
  return true;
}

/** How many leads a store has at most, and whether others are being erased from it. */
async function stateOfStore(client: D1Database, erasureId: number) {
  const row = await client
    .prepare(
      `SELECT coalesce((SELECT max(id) FROM leads) - (SELECT min(id) FROM leads) + 1, 0) AS leads,
         EXISTS (SELECT 1 FROM erasures WHERE finished_at IS NULL AND id <> ?) AS others`,
    )
    .bind(erasureId)
    .first<{ leads: number; others: number }>();
  return { leads: row?.leads ?? 0, others: row?.others === 1 };
}
