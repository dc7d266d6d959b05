import type { Slice } from "../../jobs/slice.ts";
import { aMacrotask } from "../../macrotask.ts";
import { type CopyLimits, checkpoint, type Erasure, type ErasurePorts } from "../erasure-state.ts";
import { eraseDirectoryCopies } from "./directory-copies.ts";
import { fillRootsStatements } from "./fill-roots.ts";
import { overwriteFreedPages } from "./freed-pages.ts";
import { rebuildIndexes, TEXT_INDEXES } from "./rebuild-indexes.ts";
import { isInDirectory, type Place, spreadStatements } from "./spread-rows.ts";

/** An index of a million leads is made in about a second, in which the store stands still. */
const LIMITS: CopyLimits = { rebuilt: 1_000_000, atOnce: 100_000 };

/** How far the work is that is done once for a whole store. */
interface StoreProgress {
  /** The indexes to be made again, those together that are made at once. */
  indexes: string[][];
  /** How much the largest transaction wrote, at most. */
  written?: number;
  /** Whether the indexes of the store are too large to be made again. */
  partial: boolean;
}

/** While another erasure does the same, in milliseconds. */
const TURN_MS = 2_000;

/** What became of it: how long until it goes on, in milliseconds, or whether all that could be was overwritten. */
export type CopiesErased = { delay: number } | { partial: boolean };

/**
 * Writes over the copies of a person that SQLite left in the files of a lead store and of the directory when it moved rows between pages,
 * freed pages, and wrote its log: D1 refuses `secure_delete` and `VACUUM`. Their own rows are gone by then.
 *
 * Of several erasures of a store that are not so far yet, the last does for all what concerns the whole store, and the directory.
 */
export async function eraseCopies(
  ports: ErasurePorts,
  erasure: Erasure,
  slice: Slice,
): Promise<CopiesErased> {
  const { client } = ports.tenant;
  const begun = (erasure.progress ?? []) as Place[] | StoreProgress;
  if (!Array.isArray(begun)) return await eraseFromStore(ports, erasure, begun, slice);
  for (const [done, [kind, rowid]] of begun.entries()) {
    if (done > 0 && (await slice.over())) {
      await checkpoint(ports, erasure, { progress: begun.slice(done) });
      return { delay: 0 };
    }
    const target = isInDirectory(kind) ? ports.directory.$client : client;
    await target.batch(spreadStatements(target, kind, rowid));
    await aMacrotask();
  }
  const { leads, later, busy } = await stateOfStore(client, erasure.id);
  if (later) return { partial: false };
  if (busy) return { delay: TURN_MS };
  const { rebuilt, atOnce } = ports.limits ?? LIMITS;
  const partial = leads > rebuilt;
  const groups = leads <= atOnce ? [TEXT_INDEXES] : TEXT_INDEXES.map((name) => [name]);
  const progress: StoreProgress = { indexes: partial ? [] : groups, partial };
  if (!partial) await client.batch(fillRootsStatements(client));
  await checkpoint(ports, erasure, { progress });
  return await eraseFromStore(ports, erasure, progress, slice);
}

async function eraseFromStore(
  ports: ErasurePorts,
  erasure: Erasure,
  begun: StoreProgress,
  slice: Slice,
): Promise<CopiesErased> {
  const { client } = ports.tenant;
  let { indexes, written } = begun;
  for (;;) {
    const [next, ...left] = indexes;
    if (!next) break;
    const { leads } = await stateOfStore(client, erasure.id);
    written = Math.max(written ?? 0, await rebuildIndexes(client, leads, next));
    indexes = left;
    await checkpoint(ports, erasure, { progress: { ...begun, indexes, written } satisfies StoreProgress });
    if (await slice.over()) return { delay: 0 };
  }
  await eraseDirectoryCopies(ports.directory);
  await overwriteFreedPages(client, written);
  return { partial: begun.partial };
}

/**
 * How many leads a store has at most, and whether other people are being erased from it: after this one, not yet
 * `later`, and `busy` with the whole store.
 */
async function stateOfStore(client: D1Database, erasureId: number) {
  const row = await client
    .prepare(
      `SELECT coalesce((SELECT max(id) FROM leads) - (SELECT min(id) FROM leads) + 1, 0) AS leads,
         EXISTS (SELECT 1 FROM erasures WHERE finished_at IS NULL AND id > ?1
           AND NOT (phase = 'space' AND json_type(progress) IS 'object')) AS later,
         EXISTS (SELECT 1 FROM erasures WHERE finished_at IS NULL AND id <> ?1
           AND phase = 'space' AND json_type(progress) IS 'object') AS busy`,
    )
    .bind(erasureId)
    .first<{ leads: number; later: number; busy: number }>();
  return { leads: row?.leads ?? 0, later: row?.later === 1, busy: row?.busy === 1 };
}
