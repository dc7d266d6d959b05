import type { ErrorGroup, ImportError, ImportFile, OnDuplicate, Preview } from "./import-types.ts";
import { get, request } from "./request.ts";
import type { PageMeta } from "./types.ts";

/** What goes with a file, as the API names it. What is absent, `null`, empty or `auto` is left to the API. */
export interface ImportFields {
  /** Left out by those who import by a link. */
  company_id: number | null;
  /** Of the import whose rejected records these are: what is not said otherwise is as it was in that one. */
  parent_import_code?: string | null;
  campaign_id?: number | null;
  on_duplicate?: OnDuplicate | null;
  /** JSON. */
  mapping?: string;
  encoding?: string;
  delimiter?: string;
  header_row?: string;
  sheet?: string;
  /** Everything but the writing of leads. */
  dry_run?: "true";
}

/** The fields that say something: the others are left to the API. */
export function filledFields(fields: Partial<ImportFields>): [name: string, value: string | number][] {
  return Object.entries(fields).filter(([, value]) => value != null && value !== "" && value !== "auto") as [
    string,
    string | number,
  ][];
}

/** The form of an upload or a preview. The company comes first: nothing of a refused file is stored then. */
export function importForm(fields: Partial<ImportFields>, file: Blob, name: string): FormData {
  const form = new FormData();
  for (const [name, value] of filledFields(fields)) form.set(name, String(value));
  form.set("file", file, name);
  return form;
}

/** Shows what a file will become; nothing is stored. @throws Problem, whose text says why the file cannot be read. */
export async function previewImport(form: FormData, signal: AbortSignal): Promise<Preview> {
  // Nothing is made by it: it may be sent again.
  const key = crypto.randomUUID();
  const { body } = await request<{ preview: Preview }>("/import/preview", {
    method: "POST",
    body: form,
    signal,
    idempotencyKey: key,
  });
  if (!body) throw new Error("a preview without a body");
  return body.preview;
}

/**
 * An import as it is now.
 *
 * @param etag of what is known of it.
 * @returns `null` where it is still that.
 * @throws Problem
 */
export async function loadImport(
  code: string,
  etag: string | null,
  signal: AbortSignal,
): Promise<{ file: ImportFile; etag: string | null } | null> {
  const headers = etag ? { "If-None-Match": etag } : {};
  const answer = await request<{ import_file: ImportFile }>(`/import/${code}`, { headers, signal });
  return answer.body && { file: answer.body.import_file, etag: answer.etag };
}

/** A page of a company's imports, the latest first. @throws Problem */
export function listImports(
  companyId: number,
  page: number,
  signal: AbortSignal,
): Promise<{ import_files: ImportFile[]; meta: PageMeta }> {
  return get("/import", { company_id_eq: companyId, page, limit: 25 }, signal);
}

/** A page of what is wrong with the records of an import, and how much there is of each kind. @throws Problem */
export function listImportErrors(
  code: string,
  filters: { severity_eq?: string; code_eq?: string; column_eq?: string; page?: number; limit?: number },
  signal: AbortSignal,
): Promise<{ import_errors: ImportError[]; groups: ErrorGroup[]; meta: PageMeta }> {
  return get(`/import/${code}/errors`, { limit: 100, ...filters }, signal);
}

/** Stops an import, lets one go on, takes it back, or does for real what a dry run showed. @returns it as it is then. @throws Problem */
export async function changeImport(
  code: string,
  verb: "cancel" | "retry" | "undo" | "commit",
  query: Record<string, string> = {},
): Promise<ImportFile> {
  const idempotencyKey = crypto.randomUUID();
  const { body } = await request<{ import_file: ImportFile }>(`/import/${code}/${verb}`, {
    method: "POST",
    query,
    idempotencyKey,
  });
  if (!body) throw new Error("a change without a body");
  return body.import_file;
}
