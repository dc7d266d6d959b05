import type { LeadsyClient } from "../client.ts";
import { errorOf } from "../leadsy-error.ts";
import type { components } from "../schema.ts";
import type { ImportFile } from "./types.ts";
import type { Upload } from "./upload-whole.ts";

type Parts = components["schemas"]["Upload"];

/** How many parts are on their way at a time. */
const AT_ONCE = 3;

/**
 * Uploads a file in parts: what a lost connection costs is one part.
 *
 * @param resume an upload of this file that was begun before: parts that are there are not sent again.
 * @param onOpen told the id of the upload, by which it can be resumed.
 * @throws LeadsyError where the API refuses it.
 */
export async function uploadInParts(
  client: LeadsyClient,
  upload: Upload,
  { resume, onOpen }: { resume?: number | undefined; onOpen?: ((uploadId: number) => void) | undefined } = {},
): Promise<ImportFile> {
  const { file, onProgress, fields, idempotencyKey, signal } = upload;
  const parts = resume === undefined ? await open(client, upload) : await find(client, resume, signal);
  onOpen?.(parts.id);
  const sizeOf = (part: number) => Math.min(parts.part_bytes, file.size - (part - 1) * parts.part_bytes);
  const there = new Set(parts.received);
  const report = () =>
    onProgress(
      [...there].reduce((sum, part) => sum + sizeOf(part), 0),
      file.size,
    );
  const left = Array.from({ length: parts.parts }, (_, at) => at + 1).filter((part) => !there.has(part));
  report();
  const sending = new AbortController();
  const signals = signal ? AbortSignal.any([signal, sending.signal]) : sending.signal;
  const sendNext = async () => {
    for (let part = left.shift(); part !== undefined; part = left.shift()) {
      const from = (part - 1) * parts.part_bytes;
      await sendPart(client, parts.id, part, file.slice(from, from + sizeOf(part)), signals);
      there.add(part);
      report();
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, sendNext));
  } finally {
    // Where one part failed, the others end too.
    sending.abort();
  }
  const { data, error, response } = await client.POST("/import/uploads/{id}/complete", {
    params: { path: { id: parts.id }, header: { "Idempotency-Key": idempotencyKey } },
    body: fields,
    ...(signal && { signal }),
  });
  if (!data) throw errorOf(response, error);
  return data.import_file;
}

async function open(
  client: LeadsyClient,
  { file, fileName, fields, idempotencyKey, signal }: Upload,
): Promise<Parts> {
  const { data, error, response } = await client.POST("/import/uploads", {
    params: { header: { "Idempotency-Key": `${idempotencyKey}-open` } },
    body: {
      file_name: fileName,
      bytes: file.size,
      ...(fields.company_id !== undefined && { company_id: fields.company_id }),
    },
    ...(signal && { signal }),
  });
  if (!data) throw errorOf(response, error);
  return data.upload;
}

async function find(client: LeadsyClient, id: number, signal?: AbortSignal): Promise<Parts> {
  const { data, error, response } = await client.GET("/import/uploads/{id}", {
    params: { path: { id } },
    ...(signal && { signal }),
  });
  if (!data) throw errorOf(response, error);
  return data.upload;
}

async function sendPart(
  client: LeadsyClient,
  id: number,
  n: number,
  bytes: Blob,
  signal: AbortSignal,
): Promise<void> {
  const { error, response } = await client.PUT("/import/uploads/{id}/parts/{n}", {
    params: { path: { id, n } },
    body: bytes as never,
    bodySerializer: (body: unknown) => body as Blob,
    headers: { "Content-Type": "application/octet-stream" },
    signal,
  });
  if (!response.ok) throw errorOf(response, error);
}
