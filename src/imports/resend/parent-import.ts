import { sql } from "drizzle-orm";
import { imports } from "../../db/leads/schema.ts";
import type { ImportState } from "../state/import-state.ts";
import { STATUS } from "../state/status.ts";

/** What an import was sent with that counts for its error file, too. */
export const inheritedColumns = {
  campaignId: imports.campaignId,
  mapping: imports.mapping,
  constants: imports.constants,
  onDuplicate: imports.onDuplicate,
  matchBy: imports.matchBy,
  createMissing: imports.createMissing,
  source: imports.source,
};

/** What is read of an import whose error file was sent back. */
export const parentColumns = {
  id: imports.id,
  importCode: imports.importCode,
  importedBy: imports.importedBy,
  layout: imports.layout,
  dryRun: imports.dryRun,
  /** Whether somebody has asked for it to be undone, be that done or not. */
  isUndone: sql<number>`(imports.status = ${sql.raw(String(STATUS.undone))}
    OR EXISTS (SELECT 1 FROM import_undos u WHERE u.import_id = imports.id))`,
  ...inheritedColumns,
};

/** An import whose error file was sent back. */
export type ParentImport = Pick<
  ImportState,
  "id" | "importCode" | "importedBy" | "layout" | "dryRun" | keyof typeof inheritedColumns
> & { isUndone: number };
