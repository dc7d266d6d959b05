import type { LeadsyClient } from "../client.ts";
import { followImport } from "./follow-import.ts";
import type { ImportFields, ImportFile, Progress } from "./types.ts";
import { uploadInParts } from "./upload-in-parts.ts";
import { uploadWhole } from "./upload-whole.ts";

/** From which size on a file goes up in parts, in bytes: below it is there before a connection is likely to break off. */
const PARTS_FROM_BYTES = 50_000_000;

export interface ImportOptions extends ImportFields {
  /** What the file is called: needed for a `Blob`, which has no name of its own. */
  file_name?: string;
  onProgress?: (progress: Progress) => void;
  /** The same for the same file, also in another process: it is imported once. A new one by default. */
  idempotencyKey?: string;
  /** Told the import once it has begun, and has its code: it goes on, whatever becomes of who follows it. */
  onStart?: (importFile: ImportFile) => void;
  /** An upload in parts that was begun before with the same file. */
  resumeUpload?: number;
  /** Told the id of an upload in parts, to resume it by. */
  onUpload?: (uploadId: number) => void;
  signal?: AbortSignal;
}

/**
 * Uploads a file to import, a large one in parts.
 *
 * @returns the import that has begun.
 * @throws LeadsyError where the API refuses the file, or does not answer for long; the signal's reason.
 */
export async function startImport(
  client: LeadsyClient,
  file: Blob,
  options: ImportOptions,
): Promise<ImportFile> {
  const { file_name, onProgress, idempotencyKey, onStart, resumeUpload, onUpload, signal, ...fields } =
    options;
  const upload = {
    file,
    fileName: file_name ?? (file as Partial<File>).name ?? "leads.csv",
    fields,
    idempotencyKey: idempotencyKey ?? crypto.randomUUID(),
    onProgress: (loaded: number, total: number) => onProgress?.({ step: "upload", loaded, total }),
    signal,
  };
  const isLarge = file.size >= PARTS_FROM_BYTES || resumeUpload !== undefined;
  const begun = isLarge
    ? await uploadInParts(client, upload, { resume: resumeUpload, onOpen: onUpload })
    : await uploadWhole(client, upload);
  onStart?.(begun);
  return begun;
}

/**
 * Imports a file: uploads it and follows the import until it is at rest.
 *
 * @returns the import with its ledger, however it ended: see `status_name`, `failed_records` and `error_file`.
 * @throws LeadsyError where the API refuses the file, or does not answer for long; the signal's reason.
 */
export async function importFile(
  client: LeadsyClient,
  file: Blob,
  options: ImportOptions,
): Promise<ImportFile> {
  const { onProgress, signal } = options;
  const { import_code } = await startImport(client, file, options);
  const onChange = (importFile: ImportFile) => onProgress?.({ step: "import", importFile });
  return followImport(client, import_code, { onChange, signal });
}
