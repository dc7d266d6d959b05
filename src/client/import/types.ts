import type { components } from "../schema.ts";

/** An import as the API shows it: its state, its ledger, its links. */
export type ImportFile = components["schemas"]["ImportFile"];

/** What is said of a file that is imported, as `POST /import/uploads/{id}/complete` takes it. */
export type ImportFields = components["schemas"]["CompleteUploadBody"];

/** How far an import is. */
export type Progress =
  /** In bytes. */
  { step: "upload"; loaded: number; total: number } | { step: "import"; importFile: ImportFile };
