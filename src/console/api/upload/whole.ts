import type { ImportFile } from "../import-types.ts";
import { type ImportFields, importForm } from "../imports.ts";
import { sendUntilThere } from "./send.ts";

/** A file to import. */
export interface Upload {
  fields: ImportFields;
  file: Blob;
  name: string;
  /** The same for each try: a file is imported once, however often it had to be sent. */
  idempotencyKey: string;
  /** Told how many bytes are there. */
  onProgress: (loaded: number, total: number) => void;
  signal: AbortSignal;
}

/**
 * Uploads a file in one request; after a lost connection once more from its beginning.
 *
 * @throws Problem, and `AbortError` where the person gave it up.
 */
export async function uploadWhole(upload: Upload): Promise<ImportFile> {
  const { fields, file, name, idempotencyKey, onProgress, signal } = upload;
  const body = await sendUntilThere({
    method: "POST",
    path: "/import",
    headers: { "Idempotency-Key": idempotencyKey },
    body: importForm(fields, file, name),
    onProgress,
    signal,
  });
  return (JSON.parse(body) as { import_file: ImportFile }).import_file;
}
