import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import { auditInStore, originOfJob } from "../../audit/outbox/write.ts";
import { erasures, imports, importUndos } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { acquire, isFree, type Lease, release } from "../../jobs/lease.ts";
import { countFieldsSoon } from "../../leads/custom-fields/register.ts";
import { STATUS } from "../state/status.ts";

/** An undo as its row says it stands. */
export type Undo = typeof importUndos.$inferSelect;

/** What the steps of an undo work with. */
export interface UndoPorts {
  tenant: Tenant;
  lease: Lease;
  now(): number;
}

const idOf = (importCode: string) =>
  sql`(SELECT ${imports.id} FROM ${imports} WHERE ${imports.importCode} = ${importCode})`;

/**
 * Leases an undo and reads where it stands. Those of a company are done one after another, in the order in which they
 * were asked for: who undoes the latest import first gets exactly what was before.
 *
 * @returns `undefined` where there is nothing to do: it is done, somebody else works on it, or it waits its turn.
 */
export async function leaseUndo(
  { tenant, lease, now }: UndoPorts,
  importCode: string,
): Promise<Undo | undefined> {
  const [undo] = await tenant.db
    .update(importUndos)
    .set(acquire(lease, now()))
    .where(
      and(
        eq(importUndos.importId, idOf(importCode)),
        isNull(importUndos.finishedAt),
        isFree(importUndos, lease, now()),
        sql`${importUndos.id} = (SELECT min(f.id) FROM import_undos f
          WHERE f.company_id = import_undos.company_id AND f.finished_at IS NULL)`,
      ),
    )
    .returning();
  return undo;
}

/**
 * Whether a person is being erased from what leads of a company were before imports, as a condition: until that is done
 * nothing of it is given back to a lead, which might be the person.
 */
export function erasesFromImages(companyId: number): SQL {
  return sql`EXISTS (
    SELECT 1 FROM ${erasures} e WHERE e.company_id = ${companyId} AND e.finished_at IS NULL AND e.phase = 'error_files')`;
}

/** The same for an undo, as it is now. */
export async function isErasing({ tenant }: UndoPorts, { companyId }: Undo): Promise<boolean> {
  const [row] = await tenant.db.all<{ erases: 0 | 1 }>(sql`SELECT ${erasesFromImages(companyId)} AS erases`);
  return row?.erases === 1;
}

/**
 * Ends a step.
 *
 * @param queuedAt when the message for the next one is due, in milliseconds since 1970.
 */
export async function releaseUndo(
  { tenant, lease }: UndoPorts,
  importCode: string,
  queuedAt: number,
): Promise<void> {
  await tenant.db
    .update(importUndos)
    .set(release(queuedAt))
    .where(and(eq(importUndos.importId, idOf(importCode)), eq(importUndos.leaseId, lease.id)));
}

/** The leads of an import that were not taken back. Those that were erased since have left nothing to be read. */
const leftOver = sql`(SELECT i.created_records + i.updated_records FROM imports i WHERE i.id = import_undos.import_id)
  - deleted_records - restored_records`;

/** Ends an undo whose records are all done. @returns the code of the company's next one, if one waits. */
export async function finishUndo(
  { tenant, now }: UndoPorts,
  { id, importId, companyId }: Undo,
): Promise<string | undefined> {
  const at = now();
  const { db } = tenant;
  const [, , , , next] = await db.batch([
    db
      .update(importUndos)
      .set({
        ...release(null),
        movedAt: at,
        finishedAt: at,
        sparedRecords: sql`max(spared_records, ${leftOver})`,
      })
      .where(and(eq(importUndos.id, id), eq(importUndos.nextRecord, 0), isNull(importUndos.finishedAt))),
    // In the statement right after: only the delivery that has really ended the undo reports it.
    auditInStore(
      db,
      originOfJob(at),
      {
        action: "import.undone",
        companyId,
        objectId: importId,
        details: sql`json_object('deleted_records', deleted_records, 'restored_records', restored_records,
          'spared_records', spared_records)`,
      },
      sql`FROM ${importUndos} WHERE id = ${id} AND changes() > 0`,
    ),
    db
      .update(imports)
      .set({ status: STATUS.undone, imagesFrom: sql`iif(${imports.isBatch}, 1, NULL)` })
      .where(
        sql`${imports.id} = (SELECT u.import_id FROM import_undos u WHERE u.id = ${id} AND u.finished_at IS NOT NULL)`,
      ),
    countFieldsSoon(db, companyId, at),
    db
      .update(importUndos)
      .set({ queuedAt: at })
      .where(
        sql`${importUndos.id} = (SELECT min(f.id) FROM import_undos f
          WHERE f.company_id = ${companyId} AND f.finished_at IS NULL)`,
      )
      .returning({
        importCode: sql<string>`(SELECT i.import_code FROM imports i WHERE i.id = import_id)`,
      }),
  ]);
  return next[0]?.importCode;
}
