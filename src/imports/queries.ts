import { and, eq, sql } from "drizzle-orm";
import { type LeadsDb, queryBuilder } from "../db/clients.ts";
import { compileOnce, type RowOf, underKeys } from "../db/compiled.ts";
import { imports } from "../db/leads/schema.ts";
import { ownedBy, ownedValues, type Tenant } from "../db/leads/tenant.ts";
import { PACED_CHUNKS } from "./events/pace.ts";
import type { ReadingPlan } from "./state/import-state.ts";
import { STATUS } from "./state/status.ts";
import type { Layer } from "./unpack/unpacked.ts";

/** What was detected about a file. */
export type OriginalKind = Layer | "csv";

/** The columns that the view of an import needs. */
export const importColumns = {
  id: imports.id,
  importCode: imports.importCode,
  companyId: imports.companyId,
  campaignId: imports.campaignId,
  importedBy: imports.importedBy,
  status: imports.status,
  onDuplicate: imports.onDuplicate,
  dryRun: imports.dryRun,
  announced: imports.announced,
  differingRecords: imports.differingRecords,
  fileName: imports.fileName,
  fileBytes: imports.fileBytes,
  fileSha256: imports.fileSha256,
  fileKey: imports.fileKey,
  encoding: imports.encoding,
  encodingConfidence: imports.encodingConfidence,
  kind: sql<OriginalKind | null>`coalesce(imports.unpacked ->> '$.layers[0]', iif(imports.layout IS NULL, NULL, 'csv'))`.as(
    "kind",
  ),
  sheet: sql<string | null>`imports.unpacked ->> '$.sheet'`.as("sheet"),
  hidden: sql<string | null>`imports.unpacked ->> '$.hidden'`.as("hidden"),
  readBytes: sql<number>`coalesce(imports.unpacked ->> '$.source.bytes', imports.file_bytes)`.as(
    "read_bytes",
  ),
  delimiter: sql<string | null>`imports.layout ->> '$.delimiter'`.as("delimiter"),
  headerLine: sql<number | null>`imports.layout ->> '$.headerLine'`.as("header_line"),
  sameFileAs: imports.sameFileAs,
  parentImportCode: imports.parentImportCode,
  checkpointOffset: imports.checkpointOffset,
  totalRecords: imports.totalRecords,
  createdRecords: imports.createdRecords,
  updatedRecords: imports.updatedRecords,
  unchangedRecords: imports.unchangedRecords,
  duplicateRecords: imports.duplicateRecords,
  failedRecords: imports.failedRecords,
  warningRecords: imports.warningRecords,
  errorFileKey: imports.errorFileKey,
  failureCode: imports.failureCode,
  failureDetail: imports.failureDetail,
  pace: sql<string | null>`iif(imports.status = ${sql.raw(String(STATUS.processing))}, (
    SELECT json_group_array(json_array(p.records, p.written_at)) FROM (
      SELECT c.records, c.written_at FROM import_chunks c
      WHERE c.import_id = imports.id ORDER BY c.first_record DESC LIMIT ${sql.raw(String(PACED_CHUNKS + 1))}) p), NULL)`.as(
    "pace",
  ),
  undo: sql<string | null>`(
    SELECT json_object('requested_at', u.created_at, 'finished_at', u.finished_at,
      'records', imports.next_record - 1, 'left', u.next_record, 'deleted', u.deleted_records,
      'restored', u.restored_records, 'spared', u.spared_records)
    FROM import_undos u WHERE u.import_id = imports.id)`.as("undo"),
  createdAt: imports.createdAt,
  startedAt: imports.startedAt,
  finishedAt: imports.finishedAt,
};

/** The row that the view of an import is made of. */
export type ImportRow = RowOf<typeof importColumns>;

/** How far an undo is, as the column `undo` has it. */
export interface UndoProgress {
  requested_at: number;
  finished_at: number | null;
  records: number;
  left: number;
  deleted: number;
  restored: number;
  spared: number;
}

/** How far the undo of an import is. @returns `null` where nobody has asked for one. */
export function readUndo({ undo }: Pick<ImportRow, "undo">): UndoProgress | null {
  return undo === null ? null : (JSON.parse(undo) as UndoProgress);
}

/** An import by its code. @returns `undefined` where the tenant has none. */
export async function findImport(tenant: Tenant, importCode: string): Promise<ImportRow | undefined> {
  const query = compileOnce(`import ${tenant.companyIds === "all"}`, importColumns, () =>
    queryBuilder
      .select(underKeys(importColumns))
      .from(imports)
      .where(and(eq(imports.importCode, sql.placeholder("importCode")), ownedBy(tenant, imports.companyId))),
  );
  const { results } = await query.bind(tenant.client, { importCode, ...ownedValues(tenant) }).all();
  return results[0] && query.row(results[0]);
}

/** How the file of an import is laid out, and what its columns are. @returns `undefined` where it was not read. */
export async function findReadingPlan(tenant: Tenant, id: number): Promise<ReadingPlan | undefined> {
  const row = await tenant.db
    .select({ layout: imports.layout })
    .from(imports)
    .where(and(eq(imports.id, id), ownedBy(tenant, imports.companyId)))
    .prepare()
    .get(ownedValues(tenant));
  return (row?.layout as ReadingPlan | null | undefined) ?? undefined;
}

/** A statement that reads an import of a company, for the batch that changes it. */
export function selectImport(db: LeadsDb, { id, companyId }: Pick<ImportRow, "id" | "companyId">) {
  return db
    .select(importColumns)
    .from(imports)
    .where(and(eq(imports.id, id), eq(imports.companyId, companyId)));
}

/** An import by its id. @returns `undefined` where the tenant has none. */
export function findImportById(tenant: Tenant, id: number): Promise<ImportRow | undefined> {
  return tenant.db
    .select(importColumns)
    .from(imports)
    .where(and(eq(imports.id, id), ownedBy(tenant, imports.companyId)))
    .prepare()
    .get(ownedValues(tenant));
}
