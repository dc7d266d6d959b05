import { and, asc, eq, gt, isNull, lte, sql } from "drizzle-orm";
import type { SQLiteUpdateSetSource } from "drizzle-orm/sqlite-core";
import type { DirectoryDb } from "../db/clients.ts";
import { erasures, imports } from "../db/leads/schema.ts";
import type { Tenant } from "../db/leads/tenant.ts";
import type { ImportState } from "../imports/state/import-state.ts";
import { acquire, isFree, type Lease, release, renew } from "../jobs/lease.ts";
import type { Slice } from "../jobs/slice.ts";

/** An erasure as its row says it stands. */
export type Erasure = typeof erasures.$inferSelect;

/** How many leads a store may have for its indexes to be made again, one index after another, and all at once. */
export interface CopyLimits {
  rebuilt: number;
  atOnce: number;
}

/** What the steps of an erasure work with. */
export interface ErasurePorts {
  tenant: Tenant;
  directory: DirectoryDb;
  files: R2Bucket;
  lease: Lease;
  /** For tests: how many leads a store may have. */
  limits?: CopyLimits | undefined;
  now(): number;
}

/**
 * Leases an erasure and reads where it stands. Those of a company are worked on one after another: no two of them
 * write one error file.
 *
 * @returns `undefined` where there is nothing to do: it is done, somebody else works on it, or it waits its turn.
 */
export async function leaseErasure(
  { tenant, lease, now }: ErasurePorts,
  id: number,
): Promise<Erasure | undefined> {
  const [erasure] = await tenant.db
    .update(erasures)
    .set(acquire(lease, now()))
    .where(
      and(
        eq(erasures.id, id),
        isNull(erasures.finishedAt),
        isFree(erasures, lease, now()),
        sql`${erasures.id} = (SELECT min(f.id) FROM erasures f
          WHERE f.company_id = erasures.company_id AND f.finished_at IS NULL)`,
      ),
    )
    .returning();
  return erasure;
}

/** A statement that saves a checkpoint; for the batch of what it is the checkpoint of. */
export function checkpoint(
  { tenant, lease, now }: ErasurePorts,
  { id }: Erasure,
  change: SQLiteUpdateSetSource<typeof erasures>,
) {
  return tenant.db
    .update(erasures)
    .set({ ...change, movedAt: now(), leasedUntil: renew(erasures, lease, now()) })
    .where(eq(erasures.id, id));
}

/**
 * Ends a step.
 *
 * @param queuedAt when the message for the next one is due, in milliseconds since 1970.
 */
export async function releaseErasure(
  { tenant, lease }: ErasurePorts,
  id: number,
  queuedAt: number,
): Promise<void> {
  await tenant.db
    .update(erasures)
    .set(release(queuedAt))
    .where(and(eq(erasures.id, id), eq(erasures.leaseId, lease.id)));
}

/** Ends an erasure: from then on nothing tells who it was. @returns the company's next one, if one waits. */
export async function finishErasure(
  { tenant, now }: ErasurePorts,
  { id, companyId }: Erasure,
  phase: "done" | "partial" = "done",
): Promise<number | undefined> {
  const at = now();
  const [, next] = await tenant.db.batch([
    tenant.db
      .update(erasures)
      .set({ ...release(null), person: null, progress: null, phase, movedAt: at, finishedAt: at })
      .where(eq(erasures.id, id)),
    tenant.db
      .update(erasures)
      .set({ queuedAt: at })
      .where(
        sql`${erasures.id} = (SELECT min(f.id) FROM erasures f
          WHERE f.company_id = ${companyId} AND f.finished_at IS NULL)`,
      )
      .returning({ id: erasures.id }),
  ]);
  return next[0]?.id;
}

/**
 * The next import of the company that the phase has to look at. Of a batch there are only before-images, as long as it
 * can be taken back.
 */
export function nextImport({ tenant }: ErasurePorts, erasure: Erasure): Promise<ImportState | undefined> {
  return tenant.db
    .select()
    .from(imports)
    .where(
      and(
        eq(imports.companyId, erasure.companyId),
        gt(imports.id, erasure.importsDone),
        lte(imports.id, erasure.importsUpTo),
        sql`(${imports.isBatch} = 0 OR (${imports.imagesFrom} IS NOT NULL AND ${imports.updatedRecords} > 0))`,
      ),
    )
    .orderBy(asc(imports.id))
    .limit(1)
    .get();
}

/** A step of an erasure: what one import keeps of the person. */
export interface ImportStep {
  ports: ErasurePorts;
  erasure: Erasure;
  state: ImportState;
  slice: Slice;
}

/** The checkpoint after which the next import is worked on. @param change what it writes besides. */
export function importDone(
  { ports, erasure, state }: ImportStep,
  change: SQLiteUpdateSetSource<typeof erasures> = {},
) {
  return checkpoint(ports, erasure, { importsDone: state.id, progress: null, ...change });
}
