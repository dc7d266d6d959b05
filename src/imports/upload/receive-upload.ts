import { settingsOf } from "../../env.ts";
import { type AppError, fieldError } from "../../errors.ts";
import { BrokenOff, dropBody } from "../../http/body/body-chunks.ts";
import { cleanFileName } from "../../http/body/file-names.ts";
import type { Call } from "../../http/call.ts";
import { log } from "../../log.ts";
import { checkHeader } from "./check-columns.ts";
import { type Allowed, type Authorize, readHints, readUpload, refuseByHeaders } from "./read-upload.ts";
import { type StoredFile, storeOriginal } from "./store-original.ts";
import { MAX_UPLOAD_MS, openUpload } from "./upload-row.ts";

/** An upload that was allowed, checked and stored: what is left is to start the import. */
export interface ReceivedUpload extends Allowed {
  fileName: string;
  file: StoredFile;
  fileKey: string;
  /** Says that an import has the file. */
  close(): Promise<void>;
  /** Removes a file that no import has. */
  discard(): Promise<void>;
}

const DEFAULT_NAME = "leads.csv";

/**
 * Takes a file and what comes with it out of the request's body, which is a form or the file itself. Whatever is
 * wrong is said as early as it is known, and a file that was refused is not kept.
 *
 * @param userId who sends it.
 * @throws 403, 404, 413, 415 or 422, naming the field; 400 for a body that is none, or that broke off.
 */
export async function receiveUpload(
  call: Call,
  userId: number,
  authorize: Authorize,
): Promise<ReceivedUpload> {
  refuseByHeaders(call);
  const maxBytes = settingsOf(call.env).maxUploadBytes;
  const row = openUpload(call.databases.directoryClient, userId, Date.now());
  const upload = storeOriginal(call.env.FILES, row.fileKey, maxBytes, row.beforeFirstByte);
  try {
    const { allowed, fileName } = await readUpload(call, authorize, upload);
    const file = await upload.finish();
    if (Date.now() - row.startedAt > MAX_UPLOAD_MS) throw tooSlow();
    const { fields } = allowed;
    const hints = readHints(fields);
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
      close,
      discard,
      file,
      fileName: cleanFileName(allowed.fields.file_name ?? fileName) || DEFAULT_NAME,
    };
  } catch (error) {
    await row.discard(upload, call.env.FILES);
    await dropBody(call.request);
    if (error instanceof BrokenOff) log("info", "upload.broken_off", { user_id: userId });
    throw error;
  }
}

function tooSlow(): AppError {
  const detail = "took more than six hours to arrive: split it and send the parts one after another";
  return fieldError("payload_too_large", "file", "too_slow", detail);
}
