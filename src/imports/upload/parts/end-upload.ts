import { and, eq, isNull, sql } from "drizzle-orm";
import type { DirectoryDb } from "../../../db/clients.ts";
import { multipartUploads } from "../../../db/directory/schema.ts";
import { AppError } from "../../../errors.ts";
import { removeFile } from "../r2/remove-file.ts";
import { deleteUploads, type OpenUpload } from "./queries.ts";

/**
 * Ends an upload, and deletes what has come of it. Where that breaks off, the sweeper goes on with it.
 *
 * @param now milliseconds since 1970.
 * @throws 409 where an import has its file.
 */
export async function endUpload(
  { directory, files }: { directory: DirectoryDb; files: R2Bucket },
  { id, fileKey, multipartId }: OpenUpload,
  now: number,
): Promise<void> {
  // Over from here on: nothing is added to it any more.
  const [ended] = await directory
    .update(multipartUploads)
    .set({ expiresAt: now })
    .where(and(eq(multipartUploads.id, id), isNull(multipartUploads.importCode)))
    .returning({ id: multipartUploads.id });
  if (!ended) throw new AppError("upload_complete", "Its file is being imported: cancel or undo the import.");
  await removeFile(files, fileKey, multipartId);
  await directory.batch(deleteUploads(directory, sql`= ${id}`, now));
}
