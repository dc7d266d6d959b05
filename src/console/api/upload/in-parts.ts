import type { ImportFile } from "../import-types.ts";
import { Problem } from "../problem.ts";
import { get, request } from "../request.ts";
import { sendUntilThere } from "./send.ts";
import { dropUploadId, keepUploadId, uploadIdOf } from "./unfinished.ts";
import type { Upload } from "./whole.ts";

interface Parts {
  id: number;
  part_bytes: number;
  parts: number;
  received: number[];
}

/** How many parts are on their way at a time. */
const AT_ONCE = 3;

/**
 * Uploads a file in parts. What came before a connection was lost or the page closed is not sent again, where the same
 * file is chosen in the same browser.
 *
 * @throws Problem, and `AbortError` where the person gave it up.
 */
export async function uploadInParts(upload: Upload): Promise<ImportFile> {
  const { fields, file, idempotencyKey, onProgress, signal } = upload;
  const parts = await openParts(upload);
  const sizeOf = (part: number) => Math.min(parts.part_bytes, file.size - (part - 1) * parts.part_bytes);
  const loaded = new Map(parts.received.map((part) => [part, sizeOf(part)]));
  const report = () =>
    onProgress(
      [...loaded.values()].reduce((sum, bytes) => sum + bytes, 0),
      file.size,
    );
  const left = Array.from({ length: parts.parts }, (_, index) => index + 1).filter(
    (part) => !loaded.has(part),
  );
  const sendNext = async (): Promise<void> => {
    for (let part = left.shift(); part !== undefined; part = left.shift()) {
      const number = part;
      const from = (number - 1) * parts.part_bytes;
      await sendUntilThere({
        method: "PUT",
        path: `/import/uploads/${parts.id}/parts/${number}`,
        headers: { "Content-Type": "application/octet-stream" },
        body: file.slice(from, from + sizeOf(number)),
        onProgress: (bytes) => {
          loaded.set(number, Math.min(bytes, sizeOf(number)));
          report();
        },
        signal,
      });
    }
  };
  report();
  await Promise.all(Array.from({ length: AT_ONCE }, sendNext));
  const filled = Object.entries(fields).filter(
    ([, value]) => value !== null && value !== "" && value !== "auto",
  );
  const { body } = await request<{ import_file: ImportFile }>(`/import/uploads/${parts.id}/complete`, {
    method: "POST",
    body: Object.fromEntries(
      filled.map(([name, value]) => [name, name === "header_row" ? Number(value) : value]),
    ),
    idempotencyKey,
    signal,
  });
  dropUploadId(upload);
  if (!body) throw new Error("an import without a body");
  return body.import_file;
}

/** The upload that was begun with this file, or a new one. */
async function openParts(upload: Upload): Promise<Parts> {
  const { fields, file, name, signal } = upload;
  const known = uploadIdOf(upload);
  if (known !== null) {
    try {
      return (await get<{ upload: Parts }>(`/import/uploads/${known}`, {}, signal)).upload;
    } catch (error) {
      // It is over: expired, or completed.
      if (!(error instanceof Problem) || error.status !== 404) throw error;
      dropUploadId(upload);
    }
  }
  const { body } = await request<{ upload: Parts }>("/import/uploads", {
    method: "POST",
    body: { file_name: name, bytes: file.size, company_id: fields.company_id },
    idempotencyKey: crypto.randomUUID(),
    signal,
  });
  if (!body) throw new Error("an upload without a body");
  keepUploadId(upload, body.upload.id);
  return body.upload;
}
