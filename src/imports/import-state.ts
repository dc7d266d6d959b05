import { and, eq, inArray, sql } from "drizzle-orm";
import { imports } from "../db/leads/schema.ts";
import type { Tenant } from "../db/leads/tenant.ts";
import type { Column } from "./cleaning/columns.ts";
import type { Layout } from "./reading/layout.ts";
import { STATUS } from "./status.ts";

/** An import as its row says it stands: the consumer works from nothing else. */
export type ImportState = typeof imports.$inferSelect;

/** How a file is laid out, and what each of its columns is: settled once, so that no later step sees it otherwise. */
export interface ReadingPlan extends Pick<Layout, "delimiter" | "header"> {
  columns: Column[];
}

/** Reads where an import stands. @returns `undefined` where there is none. */
export function loadImport(tenant: Tenant, importCode: string): Promise<ImportState | undefined> {
  return tenant.db.select().from(imports).where(eq(imports.importCode, importCode)).get();
}

/** Moves an import from pending to processing; a second time it changes nothing. */
export async function beginProcessing(
  tenant: Tenant,
  importId: number,
  plan: ReadingPlan,
  { dataOffset, dataLine }: Pick<Layout, "dataOffset" | "dataLine">,
  now: number,
): Promise<void> {
  await tenant.db
    .update(imports)
    .set({
      status: STATUS.processing,
      layout: plan,
      checkpointOffset: dataOffset,
      nextLine: dataLine,
      startedAt: now,
      movedAt: now,
    })
    .where(and(eq(imports.id, importId), eq(imports.status, STATUS.pending)));
}

/** Ends an import whose every record has its outcome. @param errorFileKey where its error file is, or `null`. */
export async function complete(
  tenant: Tenant,
  importId: number,
  errorFileKey: string | null,
  now: number,
): Promise<void> {
  await tenant.db
    .update(imports)
    .set({
      status: sql`iif(${imports.failedRecords} > 0, ${STATUS.completed_with_errors}, ${STATUS.completed})`,
      totalRecords: sql`${imports.nextRecord} - 1`,
      errorFileKey,
      report: null,
      finishedAt: now,
      movedAt: now,
    })
    .where(and(eq(imports.id, importId), eq(imports.status, STATUS.processing)));
}

/** Ends an import that cannot go on; what was imported before stays, and its ledger says how much that is. */
export async function fail(
  tenant: Tenant,
  importId: number,
  problem: { code: string; detail: string },
  errorFileKey: string | null,
  now: number,
): Promise<void> {
  await tenant.db
    .update(imports)
    .set({
      status: STATUS.failed,
      failureCode: problem.code,
      failureDetail: problem.detail,
      errorFileKey,
      report: null,
      startedAt: sql`coalesce(${imports.startedAt}, ${now})`,
      finishedAt: now,
      movedAt: now,
    })
    .where(and(eq(imports.id, importId), inArray(imports.status, [STATUS.pending, STATUS.processing])));
}
