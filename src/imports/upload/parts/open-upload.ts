import { sql } from "drizzle-orm";
import type { DirectoryDb } from "../../../db/clients.ts";
import { multipartUploads } from "../../../db/directory/schema.ts";
import { AppError, notFound } from "../../../errors.ts";
import type { Creation } from "../../../http/idempotency/creation.ts";
import { describeError, log } from "../../../log.ts";
import { type MultipartUpload, noteMultipartId, type OpenUpload, type UploadOwner } from "./queries.ts";

/** The parts that clients send: what R2 takes is at least 5 MiB, and all alike but the last. */
export const SENT_PART_BYTES = 8 * 1024 * 1024;
/** How long an upload may take. */
export const KEPT_MS = 3 * 24 * 60 * 60 * 1000;
/** How many uploads of a user may be open at once, and how many of the largest files these may be together. */
const MOST_OPEN = 100;
const MOST_LARGEST = 4;

/** A file that is going to come in parts. */
export interface NewUpload {
  owner: UploadOwner;
  companyId: number | null;
  fileName: string;
  bytes: number;
  /** Hexadecimal. */
  sha256: string | null;
}

/** What opening an upload needs from outside. */
export interface OpeningPorts {
  directory: DirectoryDb;
  directoryClient: D1Database;
  files: R2Bucket;
  /** The largest file, in bytes. */
  maxBytes: number;
  /** Milliseconds since 1970. */
  now: number;
  /** Keeps something going that nobody waits for. */
  later(work: Promise<unknown>): void;
}

/**
 * Opens an upload. Nothing of a file goes to R2 before the row knows what R2 calls it.
 *
 * @throws 409 where the user has too many open.
 */
export async function openMultipartUpload(
  ports: OpeningPorts,
  upload: NewUpload,
  creation: Creation,
): Promise<OpenUpload> {
  const { directory, files, maxBytes, now, later } = ports;
  const fileKey = `originals/${crypto.randomUUID()}`;
  // At the same time: one that nobody can send to holds nothing, and R2 ends it after a week.
  const begun = beginInR2(files, fileKey);
  begun.catch(() => {});
  const abort = () => later(begun.then(endInR2, () => {}));
  try {
    const [[row]] = await directory.batch([
      insertUpload(directory, upload, fileKey, maxBytes, now),
      ...creation.record(directory, sql`(SELECT id FROM ${multipartUploads} WHERE file_key = ${fileKey})`),
    ]);
    if (!row) throw tooManyOpen();
    return await nameInRow(ports, row, begun);
  } catch (error) {
    abort();
    throw error;
  }
}

/** An upload that an earlier try opened; where that broke off, R2 is told of it now. */
export async function reopenUpload(ports: OpeningPorts, row: MultipartUpload): Promise<OpenUpload> {
  if (row.multipartId !== null) return { ...row, multipartId: row.multipartId };
  return nameInRow(ports, row, beginInR2(ports.files, row.fileKey));
}

/** The number of parts that a file comes in. */
export function countParts({ bytes, partBytes }: Pick<MultipartUpload, "bytes" | "partBytes">): number {
  return Math.ceil(bytes / partBytes);
}

function beginInR2(files: R2Bucket, fileKey: string): Promise<R2MultipartUpload> {
  return files.createMultipartUpload(fileKey, {
    // Nobody knows yet what it is.
    httpMetadata: { contentType: "application/octet-stream" },
  });
}

async function nameInRow(
  { directoryClient, later }: OpeningPorts,
  { id }: MultipartUpload,
  begun: Promise<R2MultipartUpload>,
): Promise<OpenUpload> {
  const multipart = await begun;
  const { uploadId } = multipart;
  const row = await noteMultipartId(directoryClient, id, uploadId);
  if (row?.multipartId == null) throw notFound();
  if (row.multipartId !== uploadId) later(endInR2(multipart));
  return { ...row, multipartId: row.multipartId };
}

async function endInR2(multipart: R2MultipartUpload): Promise<void> {
  try {
    await multipart.abort();
  } catch (error) {
    log("error", "upload.not_aborted", { file_key: multipart.key, ...describeError(error) });
  }
}

/** Nothing is returned where the user has too many open. */
function insertUpload(
  db: DirectoryDb,
  { owner: { userId, keyId }, companyId, fileName, bytes, sha256 }: NewUpload,
  fileKey: string,
  maxBytes: number,
  now: number,
) {
  const open = sql`FROM ${multipartUploads} o WHERE o.user_id = ${userId} AND o.key_id IS ${keyId} AND o.expires_at > ${now} AND o.import_code IS NULL`;
  return db
    .insert(multipartUploads)
    .select(
      sql`SELECT NULL, ${userId}, ${companyId}, ${fileName}, ${bytes}, ${sha256}, ${SENT_PART_BYTES}, ${fileKey}, NULL, NULL,
        ${now}, ${now + KEPT_MS}, ${keyId}
        WHERE (SELECT count(*) ${open}) < ${MOST_OPEN}
          AND (SELECT coalesce(sum(o.bytes), 0) ${open}) + ${bytes} <= ${MOST_LARGEST * maxBytes}`,
    )
    .returning();
}

function tooManyOpen(): AppError {
  const detail =
    `You may have ${MOST_OPEN} uploads open at once, and in them no more than ${MOST_LARGEST} of the largest files. ` +
    "Complete those that you have begun, or delete them.";
  return new AppError("too_many_uploads", detail);
}
