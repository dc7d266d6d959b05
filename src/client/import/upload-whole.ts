import type { LeadsyClient } from "../client.ts";
import { errorOf } from "../leadsy-error.ts";
import type { ImportFields, ImportFile } from "./types.ts";

/** A file on its way. */
export interface Upload {
  file: Blob;
  fileName: string;
  fields: ImportFields;
  /** The same for each try: a file is imported once, however often it had to be sent. */
  idempotencyKey: string;
  onProgress(loaded: number, total: number): void;
  signal?: AbortSignal | undefined;
}

/** Uploads a file in one request. @throws LeadsyError where the API refuses it. */
export async function uploadWhole(client: LeadsyClient, upload: Upload): Promise<ImportFile> {
  const { file, idempotencyKey, onProgress, signal } = upload;
  onProgress(0, file.size);
  const { data, error, response } = await client.POST("/import", {
    params: { header: { "Idempotency-Key": idempotencyKey } },
    // The form takes the place of what the document calls its fields.
    body: {} as never,
    bodySerializer: () => formOf(upload),
    ...(signal && { signal }),
  });
  if (!data) throw errorOf(response, error);
  onProgress(file.size, file.size);
  return data.import_file;
}

/** The fields before the file: then they are known when it comes. What is no text goes as JSON. */
function formOf({ fields, file, fileName }: Upload): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const text = Array.isArray(value)
      ? value.join()
      : typeof value === "object"
        ? JSON.stringify(value)
        : value;
    form.set(name, String(text));
  }
  form.set("file", file, fileName);
  return form;
}
