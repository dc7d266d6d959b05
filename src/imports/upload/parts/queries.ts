import { and, eq, gt, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import type { CompanyActor } from "../../../auth/actor.ts";
import { idempotent } from "../../../db/client.ts";
import { type DirectoryDb, openDirectory } from "../../../db/clients.ts";
import { markErased } from "../../../db/directory/erased-mark.ts";
import { multipartUploads, uploadedParts } from "../../../db/directory/schema.ts";
import { dots, jsonDots } from "../../../leads/erase/blank-statements.ts";

/** The row of a file that comes in parts. */
export type MultipartUpload = typeof multipartUploads.$inferSelect;
/** One that R2 knows of, so that parts can be sent. */
export type OpenUpload = MultipartUpload & { multipartId: string };
/** Whose an upload is: a user's, or an API key's, for which its maker stands as the user. */
export interface UploadOwner {
  userId: number;
  keyId: number | null;
}

/** The owner of what a caller uploads. */
export function uploadOwnerOf(actor: CompanyActor): UploadOwner {
  return actor.kind === "user"
    ? { userId: actor.userId, keyId: null }
    : { userId: actor.createdBy, keyId: actor.keyId };
}

/** A part that has come, or is coming. */
export type UploadedPart = typeof uploadedParts.$inferSelect;

/** An upload of a caller. @param now milliseconds since 1970. @returns `undefined` where it is not theirs, or is over. */
export async function findOwnUpload(
  db: DirectoryDb,
  id: number,
  owner: UploadOwner,
  now: number,
): Promise<OpenUpload | undefined> {
  const row = await db
    .select()
    .from(multipartUploads)
    .where(
      and(
        eq(multipartUploads.id, id),
        eq(multipartUploads.userId, owner.userId),
        owner.keyId === null ? isNull(multipartUploads.keyId) : eq(multipartUploads.keyId, owner.keyId),
        gt(multipartUploads.expiresAt, now),
        isNotNull(multipartUploads.multipartId),
      ),
    )
    .get();
  return row && (row as OpenUpload);
}

/** An upload by its id, whether or not R2 knows of it. */
export async function findUpload(db: DirectoryDb, id: number): Promise<MultipartUpload | undefined> {
  return await db.select().from(multipartUploads).where(eq(multipartUploads.id, id)).get();
}

/** The parts of an upload that have come, in the order of the file. */
export async function listParts(db: DirectoryDb, uploadId: number): Promise<UploadedPart[]> {
  return await db
    .select()
    .from(uploadedParts)
    .where(and(eq(uploadedParts.uploadId, uploadId), isNotNull(uploadedParts.etag)))
    .orderBy(uploadedParts.number);
}

/** The numbers of the parts that have come. */
export async function listReceived(db: DirectoryDb, uploadId: number): Promise<number[]> {
  const rows = await db
    .select({ number: uploadedParts.number })
    .from(uploadedParts)
    .where(and(eq(uploadedParts.uploadId, uploadId), isNotNull(uploadedParts.etag)))
    .orderBy(uploadedParts.number);
  return rows.map(({ number }) => number);
}

/**
 * Statements, for one batch, that delete what is known of the parts of uploads. Their probes have bytes of the file,
 * and a row that is deleted stays in its page: they become dots first.
 *
 * @param uploads `IN (…)` or `= …`: which uploads.
 */
export function deleteParts(db: DirectoryDb, uploads: SQL) {
  const ofThem = sql`${uploadedParts.uploadId} ${uploads}`;
  return [
    db
      .update(uploadedParts)
      .set({ probe: jsonDots(uploadedParts.probe) })
      .where(ofThem),
    db.delete(uploadedParts).where(ofThem),
  ] as const;
}

/**
 * Statements, for one batch, that delete uploads with what is known of their parts. The name of a file can be a person's.
 *
 * @param uploads `IN (…)` or `= …`: which uploads.
 * @param now milliseconds since 1970.
 */
export function deleteUploads(db: DirectoryDb, uploads: SQL, now: number) {
  const which = sql`${multipartUploads.id} ${uploads}`;
  return [
    ...deleteParts(db, uploads),
    db
      .update(multipartUploads)
      .set({ fileName: dots(multipartUploads.fileName) })
      .where(which),
    db.delete(multipartUploads).where(which),
    markErased(db, now),
  ] as const;
}

/**
 * Notes what R2 calls an upload.
 *
 * @returns the row, whose `multipartId` is another one where somebody else was first; `undefined` where it is gone.
 */
export async function noteMultipartId(
  client: D1Database,
  id: number,
  multipartId: string,
): Promise<MultipartUpload | undefined> {
  const db = openDirectory(idempotent(client));
  const [, [row]] = await db.batch([
    db
      .update(multipartUploads)
      .set({ multipartId })
      .where(and(eq(multipartUploads.id, id), isNull(multipartUploads.multipartId))),
    db.select().from(multipartUploads).where(eq(multipartUploads.id, id)),
  ]);
  return row;
}
