import { and, eq, sql } from "drizzle-orm";
import { idempotent } from "../../../../db/client.ts";
import { openDirectory } from "../../../../db/clients.ts";
import { uploadedParts } from "../../../../db/directory/schema.ts";
import { AppError } from "../../../../errors.ts";
import { isMissingUpload, isOtherPart } from "../../r2/r2-errors.ts";
import { countParts } from "../open-upload.ts";
import type { OpenUpload, UploadedPart } from "../queries.ts";

/** How many missing parts are listed one by one. */
const MOST_LISTED = 100;

/** @param received the parts that have come. @throws 409 that lists those that have not. */
export function requireAllParts(upload: OpenUpload, received: Pick<UploadedPart, "number">[]): void {
  const parts = countParts(upload);
  if (received.length === parts) return;
  const numbers = new Set(received.map(({ number }) => number));
  const missing = Array.from({ length: parts }, (_, at) => at + 1).filter((number) => !numbers.has(number));
  const listed = missing.slice(0, MOST_LISTED);
  const more = missing.length > listed.length ? ` and ${missing.length - listed.length} more` : "";
  const detail = `${missing.length} of ${parts} parts are missing: ${listed.join(", ")}${more}. Send them, then complete the upload.`;
  throw new AppError("parts_missing", detail, {
    errors: listed.map((number) => ({
      pointer: `/parts/${number}`,
      code: "missing",
      detail: `part ${number} has not come`,
    })),
  });
}

/**
 * Makes one file in R2 of the parts of an upload; one that is there already is left.
 *
 * @param received all of its parts.
 * @returns the size of the file, in bytes.
 * @throws 409 where R2 has another part than is known of: it has to be sent again.
 */
export async function assemble(
  { files, directoryClient }: { files: R2Bucket; directoryClient: D1Database },
  upload: OpenUpload,
  received: UploadedPart[],
): Promise<number> {
  const parts = received.map(({ number, etag }) => ({ partNumber: number, etag: etag ?? "" }));
  try {
    return (await files.resumeMultipartUpload(upload.fileKey, upload.multipartId).complete(parts)).size;
  } catch (error) {
    if (isMissingUpload(error) && (await files.head(upload.fileKey))?.size === upload.bytes)
      return upload.bytes;
    if (!isOtherPart(error)) throw error;
    requireAllParts(upload, await dropUncertainParts(directoryClient, upload.id, received));
    throw error;
  }
}

/**
 * Parts that were sent more than once are not known to be those in R2: an attempt may have broken off between the two.
 * Nor are those that clients sent there themselves, which have no probe.
 *
 * @returns those that are still known of.
 */
async function dropUncertainParts(client: D1Database, uploadId: number, received: UploadedPart[]) {
  const inDoubt = received.filter(({ attempts, probe }) => attempts > 1 || probe === null);
  const dropped = new Set((inDoubt.length > 0 ? inDoubt : received).map(({ number }) => number));
  const numbers = sql`SELECT value FROM json_each(${JSON.stringify([...dropped])})`;
  await openDirectory(idempotent(client))
    .update(uploadedParts)
    .set({ etag: null, probe: null })
    .where(and(eq(uploadedParts.uploadId, uploadId), sql`${uploadedParts.number} IN (${numbers})`));
  return received.filter(({ number }) => !dropped.has(number));
}
