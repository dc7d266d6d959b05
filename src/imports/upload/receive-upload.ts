import { settingsOf } from "../../env.ts";
import { type AppError, fieldError } from "../../errors.ts";
import { BrokenOff, dropBody } from "../../http/body/body-chunks.ts";
import { cleanFileName } from "../../http/body/file-names.ts";
import type { Call } from "../../http/request/call.ts";
import { log } from "../../log.ts";
import { checkHeader } from "./checks/check-columns.ts";
import { type Allowed, readHints } from "./checks/check-fields.ts";
import { expectedSize, readUpload, refuseByHeaders } from "./read-upload.ts";
import { type StoredFile, storeOriginal } from "./store-original.ts";
import { MAX_UPLOAD_MS, openUpload } from "./upload-row.ts";

/** An upload that was allowed, checked and stored: what is left is to start the import. */
export interface ReceivedUpload extends Allowed {
  fileName: string;
  file: StoredFile;
  fileKey: string;
  /** When it began to come, in milliseconds since 1970. */
  begunAt: number;
  /** Says that an import has the file. */
  close(): Promise<void>;
  /** Removes a file that no import has. */
  discard(): Promise<void>;
}

/** Who sends a file, and how what comes with it is checked. */
interface Sender {
  userId: number;
  check(fields: Record<string, string>): Promise<Allowed>;
  /** Waits until it is known that the company may import one more, before a large file is stored. @throws 402. */
  beforeLargeFile(): Promise<void>;
}

/** The name of a file that has none. */
export const DEFAULT_NAME = "leads.csv";

/**
 * Takes a file and what comes with it out of the request's body, which is a form or the file itself. Whatever is
 * wrong is said as early as it is known, and a file that was refused is not kept.
 *
 * @throws 402, 403, 404, 413, 415 or 422, naming the field; 400 for a body that is none, or that broke off.
 */
export async function receiveUpload(call: Call, sender: Sender): Promise<ReceivedUpload> {
  refuseByHeaders(call);
  const maxBytes = settingsOf(call.env).maxUploadBytes;
  const row = openUpload(call.databases.directoryClient, sender.userId, Date.now());
  const beforeFirstByte = async (multipartId: string | null) => {
    if (multipartId !== null) await sender.beforeLargeFile();
    await row.beforeFirstByte(multipartId);
  };
  const expected = expectedSize(call);
  const upload = storeOriginal(call.env.FILES, row.fileKey, maxBytes, beforeFirstByte, expected);
  try {
    const { allowed, fileName } = await readUpload(call, sender.check, upload);
    const file = await upload.finish();
    if (Date.now() - row.startedAt > MAX_UPLOAD_MS) throw tooSlow();
    const { fields } = allowed;
    const hints = readHints(allowed);
    const stored = { ...hints, fileKey: row.fileKey, bytes: file.bytes };
    await checkHeader(call.env.FILES, fields.mapping ?? {}, {
      ...stored,
      encoding: hints.encoding ?? file.encoding.encoding,
    });
    const { fileKey, close } = row;
    const discard = () => row.discard(upload, call.env.FILES);
    return {
      ...allowed,
      fileKey,
      begunAt: row.startedAt,
      close,
      discard,
      file,
      fileName: cleanFileName(fields.file_name ?? fileName) || DEFAULT_NAME,
    };
  } catch (error) {
    await row.discard(upload, call.env.FILES);
    await dropBody(call.request);
    if (error instanceof BrokenOff) log("info", "upload.broken_off", { user_id: sender.userId });
    throw error;
  }
}

function tooSlow(): AppError {
  const detail = "took more than six hours to arrive: split it and send the parts one after another";
  return fieldError("payload_too_large", "file", "too_slow", detail);
}
