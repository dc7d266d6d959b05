export { type ClientOptions, createClient, type LeadsyClient } from "./client.ts";
export { followImport } from "./import/follow-import.ts";
export { type ImportOptions, importFile, startImport } from "./import/import-file.ts";
export { listErrors } from "./import/list-errors.ts";
export type { ImportFields, ImportFile, Progress } from "./import/types.ts";
export { errorOf, LeadsyError, notTheApi } from "./leadsy-error.ts";
export type { components, operations, paths } from "./schema.ts";
