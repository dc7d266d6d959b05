import { idempotent } from "../../../db/client.ts";
import { fieldError } from "../../../errors.ts";
import { countParts } from "../parts/open-upload.ts";
import type { OpenUpload } from "../parts/queries.ts";
import { uploadIsComplete } from "../parts/receive-part.ts";

/** A part that a client has sent to R2 itself. */
export interface SentDirectly {
  part_number: number;
  /** As R2 answered it. */
  etag: string;
}

/**
 * A part that came through the Worker under the same ETag is the same bytes, of which more is known. One that is being
 * sent at the moment counts another attempt, and is not kept: which of the two R2 has nobody knows.
 */
const NOTE = `INSERT INTO uploaded_parts (upload_id, number, attempts, etag, probe)
  SELECT ?1, value->>0, 1, value->>1, NULL FROM json_each(?2)
  WHERE EXISTS (SELECT 1 FROM multipart_uploads u WHERE u.id = ?1 AND u.import_code IS NULL AND u.expires_at > ?3)
  ON CONFLICT (upload_id, number) DO UPDATE SET
    attempts = attempts + 1, probe = iif(etag IS excluded.etag, probe, NULL), etag = excluded.etag`;

/**
 * Notes which parts of an upload a client has sent to R2 itself. Whether they are there is R2's to say, when the upload
 * is completed.
 *
 * @param now milliseconds since 1970.
 * @throws 409 where the upload is complete, 422 for a part that the file does not have.
 */
export async function noteDirectParts(
  directoryClient: D1Database,
  upload: OpenUpload,
  parts: readonly SentDirectly[],
  now: number,
): Promise<void> {
  if (upload.importCode !== null) throw uploadIsComplete();
  const count = countParts(upload);
  for (const [at, { part_number: number }] of parts.entries()) {
    if (number <= count) continue;
    const detail = `is beyond the last part: the file has the parts 1 to ${count}`;
    throw fieldError("invalid_body", ["parts", at, "part_number"], "too_big", detail);
  }
  // S3 quotes an ETag, as HTTP does; the binding of R2 does not.
  const rows = parts.map(({ part_number: number, etag }) => [number, etag.replaceAll('"', "")]);
  await idempotent(directoryClient).prepare(NOTE).bind(upload.id, JSON.stringify(rows), now).run();
}
