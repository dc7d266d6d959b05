import { createHash } from "node:crypto";
import { and, eq, sql } from "drizzle-orm";
import { idempotent } from "../../../db/client.ts";
import { openDirectory } from "../../../db/clients.ts";
import { uploadedParts } from "../../../db/directory/schema.ts";
import { AppError, fieldError } from "../../../errors.ts";
import { type PartProbe, probePart } from "../../readers/encodings/probe-part.ts";
import { isMissingUpload } from "../r2/r2-errors.ts";
import { streamToR2 } from "../r2/stream-to-r2.ts";
import { countParts } from "./open-upload.ts";
import type { MultipartUpload, OpenUpload } from "./queries.ts";

/** A part of a file on its way. */
export interface SentPart {
  /** From 1. */
  number: number;
  /** Its bytes as they come: each chunk is good until the next one. */
  content: AsyncIterable<Uint8Array>;
  /** How many bytes its sender says there are; `null` where that is not said. */
  length: number | null;
  /** What its sender says of them, hexadecimal. */
  sha256: string | null;
}

interface PartPorts {
  directoryClient: D1Database;
  files: R2Bucket;
}

/**
 * Streams a part into R2, in place of what was there of it. What is not what it is said to be changes nothing: its
 * last byte is held back until the rest has been looked at.
 *
 * @throws 400 for a number that the file does not have, 409 where the upload is complete or the part comes twice at the
 * same time, 422 where it is too long, too short, or has another digest.
 */
export async function receivePart(ports: PartPorts, upload: OpenUpload, part: SentPart): Promise<void> {
  const expected = partLength(upload, part.number);
  if (upload.importCode !== null) throw uploadIsComplete();
  if (part.length !== null && part.length !== expected) throw wrongLength(part.number, expected);
  const attempt = await beginPart(ports.directoryClient, upload.id, part.number);
  const { etag, probe } = await sendPart(ports.files, upload, part, expected);
  const isKept = await keepPart(ports.directoryClient, upload.id, part.number, attempt, etag, probe);
  if (!isKept) {
    const detail = `Part ${part.number} was sent twice at the same time, and which of the two is there is not known: send it again.`;
    throw new AppError("part_in_doubt", detail);
  }
}

/** How long a part of a file is: all are alike but the last. @throws 400 for a number that it does not have. */
export function partLength(upload: MultipartUpload, number: number): number {
  const parts = countParts(upload);
  if (number > parts) {
    const detail = `is beyond the last part: the file has the parts 1 to ${parts}`;
    throw fieldError("invalid_parameter", "n", "too_big", detail);
  }
  const { bytes, partBytes } = upload;
  return number < parts ? partBytes : bytes - (parts - 1) * partBytes;
}

/** Counts an attempt at a part. @returns its number. */
async function beginPart(client: D1Database, uploadId: number, number: number): Promise<number> {
  // Counted twice, it is another number, and nothing else.
  const db = openDirectory(idempotent(client));
  const [row] = await db
    .insert(uploadedParts)
    .values({ uploadId, number, attempts: 1 })
    .onConflictDoUpdate({
      target: [uploadedParts.uploadId, uploadedParts.number],
      set: { attempts: sql`${uploadedParts.attempts} + 1` },
    })
    .returning({ attempts: uploadedParts.attempts });
  if (!row) throw new Error("a part was written and not found");
  return row.attempts;
}

/**
 * Notes that a part is there. Where another attempt began meanwhile, nobody knows which of the two R2 has.
 *
 * @returns whether it was the only one.
 */
async function keepPart(
  client: D1Database,
  uploadId: number,
  number: number,
  attempt: number,
  etag: string,
  probe: PartProbe,
): Promise<boolean> {
  const db = openDirectory(idempotent(client));
  const isOnly = sql`${uploadedParts.attempts} = ${attempt}`;
  const [row] = await db
    .update(uploadedParts)
    .set({
      etag: sql`iif(${isOnly}, ${etag}, NULL)`,
      probe: sql`iif(${isOnly}, ${JSON.stringify(probe)}, NULL)`,
    })
    .where(and(eq(uploadedParts.uploadId, uploadId), eq(uploadedParts.number, number)))
    .returning({ etag: uploadedParts.etag });
  return row?.etag === etag;
}

async function sendPart(
  files: R2Bucket,
  upload: OpenUpload,
  { number, content, sha256 }: SentPart,
  expected: number,
): Promise<{ etag: string; probe: PartProbe }> {
  const probe = probePart({ number, of: countParts(upload) });
  const hash = sha256 === null ? null : createHash("sha256");
  const target = files.resumeMultipartUpload(upload.fileKey, upload.multipartId);
  const sent = streamToR2(expected, (body) => target.uploadPart(number, body));
  try {
    let last: Uint8Array | undefined;
    let length = 0;
    for await (const chunk of content) {
      length += chunk.length;
      if (length > expected) throw wrongLength(number, expected);
      hash?.update(chunk);
      probe.push(chunk);
      const isLast = length === expected;
      if (isLast) last = chunk.slice(-1);
      await sent.write(isLast ? chunk.subarray(0, -1) : chunk);
    }
    if (length < expected || !last) throw wrongLength(number, expected);
    if (hash && hash.digest("hex") !== sha256) throw wrongDigest(number);
    await sent.write(last);
    const { etag } = await sent.end();
    return { etag, probe: probe.result() };
  } catch (error) {
    await sent.abort(error);
    // R2 knows an upload no more once its file is whole.
    throw isMissingUpload(error) ? uploadIsComplete() : error;
  }
}

/** The answer to one who sends parts of a file that is being imported. */
export function uploadIsComplete(): AppError {
  return new AppError(
    "upload_complete",
    "The upload is complete and accepts no more parts. Open a new upload to send another file.",
  );
}

function wrongLength(number: number, expected: number): AppError {
  const detail = `part ${number} of the file has ${expected} bytes, and what was sent has another length: nothing of it is kept`;
  return fieldError("invalid_body", [], "wrong_length", detail);
}

function wrongDigest(number: number): AppError {
  const detail = `what came of part ${number} has another SHA-256 than Content-Digest says: send it again`;
  return fieldError("invalid_body", [], "wrong_digest", detail);
}
