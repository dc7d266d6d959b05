import { imports } from "../../db/leads/schema.ts";
import type { ImportState } from "../state/import-state.ts";

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
  layout: imports.layout,
  dryRun: imports.dryRun,
  status: imports.status,
  ...inheritedColumns,
};

/** An import whose error file was sent back. */
export type ParentImport = Pick<ImportState, keyof typeof parentColumns>;
