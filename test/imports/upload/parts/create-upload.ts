import { env } from "cloudflare:test";
import type { TestUser } from "../../../harness/factories.ts";

const PART_BYTES = 8 * 1024 * 1024;

/** An upload of one part that has come, so that it can be completed. @returns its id. */
export async function createUpload(user: TestUser, content: string): Promise<number> {
  const fileKey = `originals/${crypto.randomUUID()}`;
  const upload = await env.FILES.createMultipartUpload(fileKey);
  const { etag } = await upload.uploadPart(1, content);
  const now = Date.now();
  const row = await env.DIRECTORY.prepare(
    `INSERT INTO multipart_uploads (user_id, file_name, bytes, part_bytes, file_key, multipart_id, created_at, expires_at)
     VALUES (?1, 'leads.csv', ?2, ?3, ?4, ?5, ?6, ?6 + 100000) RETURNING id`,
  )
    .bind(user.id, content.length, PART_BYTES, fileKey, upload.uploadId, now)
    .first<{ id: number }>();
  const probe = { head: content, opening: content, closing: null, valid: 0, invalid: 0, words: [] };
  await env.DIRECTORY.prepare(
    "INSERT INTO uploaded_parts (upload_id, number, attempts, etag, probe) VALUES (?, 1, 1, ?, ?)",
  )
    .bind(row?.id, etag, JSON.stringify(probe))
    .run();
  return row?.id ?? 0;
}
