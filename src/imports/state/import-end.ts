import { and, eq, type SQL, sql } from "drizzle-orm";
import type { AnySQLiteColumn, SQLiteUpdateSetSource } from "drizzle-orm/sqlite-core";
import { auditInStore, originOfJob, type StoreEvent } from "../../audit/outbox/write.ts";
import { imports } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { release } from "../../jobs/lease.ts";
import { countFieldsSoon } from "../../leads/custom-fields/register.ts";
import { dropAnnouncements } from "../dry-run/announcements/drop-announcements.ts";
import type { FileProblem } from "../readers/file-problem.ts";
import { type ImportState, nextInLine, UNFINISHED } from "./import-state.ts";
import { STATUS } from "./status.ts";

/**
 * Ends an import whose every record has its outcome.
 *
 * @param errorFileKey where its error file is, or `null`.
 * @returns the codes of the imports whose turn it is now.
 */
export function complete(
  tenant: Tenant,
  state: ImportState,
  errorFileKey: string | null,
  now: number,
): Promise<string[]> {
  const change = {
    status: sql<number>`CASE WHEN ${imports.dryRun} THEN ${STATUS.validated}
      WHEN ${imports.failedRecords} > 0 THEN ${STATUS.completed_with_errors} ELSE ${STATUS.completed} END`,
    totalRecords: sql`${imports.nextRecord} - 1`,
    errorFileKey,
  };
  return end(tenant, state, change, sql.raw(`status = ${STATUS.processing}`), now);
}

/** An import that ends; whether there are announcements of a dry run is left to their sweeper where it is not known. */
type EndingImport = Pick<ImportState, "id" | "companyId"> &
  Partial<Pick<ImportState, "dryRun" | "announced">>;

/**
 * Ends an import that cannot go on; what was imported before stays, and its ledger says how much that is.
 *
 * @returns the codes of the imports whose turn it is now.
 */
export function failImport(
  tenant: Pick<Tenant, "db">,
  state: EndingImport,
  problem: FileProblem,
  errorFileKey: string | null,
  now: number,
): Promise<string[]> {
  const change = {
    status: sql<number>`${STATUS.failed}`,
    failureCode: unlessCancelled(sql`${problem.code}`, sql`NULL`),
    failureDetail: unlessCancelled(sql`${problem.message}`, sql`NULL`),
    errorFileKey,
    startedAt: sql`coalesce(${imports.startedAt}, ${now})`,
  };
  return end(tenant, state, change, UNFINISHED, now);
}

/**
 * Ends an import that is to stop; what was imported before stays, and its ledger says how much that is.
 *
 * @returns the codes of the imports whose turn it is now.
 */
export function endCancelled(
  tenant: Tenant,
  state: ImportState,
  errorFileKey: string | null,
  now: number,
): Promise<string[]> {
  const change = { status: imports.status, errorFileKey };
  return end(tenant, state, change, sql`${UNFINISHED} AND ${imports.cancelRequestedAt} IS NOT NULL`, now);
}

/** A caller who asked for the import to stop was told that it ends as cancelled: so it does, however it comes to its end. */
function unlessCancelled(value: SQL | AnySQLiteColumn, otherwise: SQL): SQL {
  return sql`iif(${imports.cancelRequestedAt} IS NULL, ${value}, ${otherwise})`;
}

const ENDED: StoreEvent = {
  action: "import.ended",
  companyId: sql`company_id`,
  objectId: sql`id`,
  details: sql`json_object('status', status, 'created_records', created_records, 'updated_records', updated_records,
    'failed_records', failed_records, 'imported_by', imported_by,
    'seconds', (finished_at - coalesce(started_at, created_at)) / 1000)`,
};

async function end(
  tenant: Pick<Tenant, "db">,
  state: EndingImport,
  { status, ...change }: { status: SQL | AnySQLiteColumn } & SQLiteUpdateSetSource<typeof imports>,
  condition: SQL,
  now: number,
): Promise<string[]> {
  const [, , , next] = await tenant.db.batch([
    tenant.db
      .update(imports)
      .set({
        ...change,
        ...release(null),
        status: unlessCancelled(status, sql`${STATUS.cancelled}`),
        cancelRequestedAt: null,
        report: null,
        plannedFields: null,
        finishedAt: now,
        movedAt: now,
      })
      .where(and(eq(imports.id, state.id), condition)),
    // In the statement right after: only the delivery that has really ended the import reports it.
    auditInStore(
      tenant.db,
      originOfJob(now),
      ENDED,
      sql`FROM ${imports} WHERE id = ${state.id} AND changes() > 0`,
    ),
    countFieldsSoon(tenant.db, state.companyId, now),
    nextInLine(tenant, state, now),
    ...(state.dryRun || state.announced ? [dropAnnouncements(tenant.db, state.id, now)] : []),
  ]);
  return next.map(({ importCode }) => importCode);
}
