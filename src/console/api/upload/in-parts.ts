import type { ImportFile } from "../import-types.ts";
import { filledFields } from "../imports.ts";
import { Problem } from "../problem.ts";
import { get, request } from "../request.ts";
import { sendUntilThere } from "./send.ts";
import { keyOf, unfinished } from "./unfinished.ts";
import type { Upload } from "./whole.ts";

interface Parts {
  id: number;
  part_bytes: number;
  parts: number;
  received: number[];
}

/** How many parts are on their way at a time. */
const AT_ONCE = 3;
/** Fields that are text in a form, and values in JSON. */
const VALUES = ["mapping", "header_row"];

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
  const sendNext = async (going: AbortSignal): Promise<void> => {
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
        signal: going,
      });
    }
  };
  report();
  await together(Array(AT_ONCE).fill(sendNext), signal);
  const { body } = await request<{ import_file: ImportFile }>(`/import/uploads/${parts.id}/complete`, {
    method: "POST",
    body: Object.fromEntries(
      filledFields(fields).map(([name, value]) => [
        name,
        VALUES.includes(name) ? JSON.parse(String(value)) : value,
      ]),
    ),
    idempotencyKey,
    signal,
  });
  unfinished.drop(keyOf(upload));
  if (!body) throw new Error("an import without a body");
  return body.import_file;
}

/** Does things at the same time; where one of them fails, the others end too. @param signal ends all. */
async function together(
  doings: ((going: AbortSignal) => Promise<void>)[],
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const all = new AbortController();
  const end = () => all.abort();
  signal.addEventListener("abort", end);
  try {
    await Promise.all(doings.map((one) => one(all.signal)));
  } finally {
    end();
    signal.removeEventListener("abort", end);
  }
}

/** The upload that was begun with this file, or a new one. */
async function openParts(upload: Upload): Promise<Parts> {
  const { fields, file, name, signal } = upload;
  const known = unfinished.find(keyOf(upload));
  if (known !== null) {
    try {
      return (await get<{ upload: Parts }>(`/import/uploads/${known}`, {}, signal)).upload;
    } catch (error) {
      // It is over: expired, or completed.
      if (!(error instanceof Problem) || error.status !== 404) throw error;
      unfinished.drop(keyOf(upload));
    }
  }
  const { body } = await request<{ upload: Parts }>("/import/uploads", {
    method: "POST",
    body: {
      file_name: name,
      bytes: file.size,
      ...(fields.company_id !== null && { company_id: fields.company_id }),
    },
    idempotencyKey: crypto.randomUUID(),
    signal,
  });
  if (!body) throw new Error("an upload without a body");
  unfinished.keep(keyOf(upload), body.upload.id);
  return body.upload;
}
