import { inArray, lt, sql } from "drizzle-orm";
import type { DirectoryDb } from "../../db/clients.ts";
import { multipartUploads, uploads } from "../../db/directory/schema.ts";
import type { ScheduledRun } from "../../jobs/scheduled-run.ts";
import { describeError, log } from "../../log.ts";
import { originalsInUse } from "./originals-in-use.ts";
import { deleteUploads } from "./parts/queries.ts";
import { removeFile } from "./r2/remove-file.ts";
import { MAX_UPLOAD_MS } from "./upload-row.ts";

/** How long after its end nothing of a request can still be at work on an upload. */
const MARGIN_MS = 60 * 60 * 1000;
const AT_ONCE = 50;

/**
 * Removes what uploads have left in R2 that broke off, or were never completed: their file, or the parts of it. Of
 * those whose file an import has, only the row goes.
 */
export async function sweepUploads({ env, databases, now }: ScheduledRun): Promise<void> {
  const db = databases.directory;
  const ended = (await findEnded(db, now)).flat();
  if (ended.length === 0) return;
  const used = await originalsInUse(
    databases,
    ended.map(({ fileKey }) => fileKey),
  );
  if (!used) return;
  const swept: string[] = [];
  for (const { fileKey, multipartId } of ended) {
    try {
      if (!used.has(fileKey)) await removeFile(env.FILES, fileKey, multipartId);
      swept.push(fileKey);
    } catch (error) {
      log("error", "upload.not_swept", { file_key: fileKey, ...describeError(error) });
    }
  }
  await db.batch([
    db.delete(uploads).where(inArray(uploads.fileKey, swept)),
    ...deleteUploads(
      db,
      sql`IN (SELECT ${multipartUploads.id} FROM ${multipartUploads} WHERE ${inArray(multipartUploads.fileKey, swept)})`,
      now,
    ),
  ]);
  log("info", "uploads.swept", { uploads: swept.length, in_use: used.size });
}

/** Uploads of both kinds that have ended long enough ago. */
function findEnded(db: DirectoryDb, now: number) {
  return db.batch([
    db
      .select({ fileKey: uploads.fileKey, multipartId: uploads.multipartId })
      .from(uploads)
      .where(lt(uploads.createdAt, now - MAX_UPLOAD_MS - MARGIN_MS))
      .orderBy(uploads.createdAt)
      .limit(AT_ONCE),
    db
      .select({ fileKey: multipartUploads.fileKey, multipartId: multipartUploads.multipartId })
      .from(multipartUploads)
      .where(lt(multipartUploads.expiresAt, now - MARGIN_MS))
      .orderBy(multipartUploads.expiresAt)
      .limit(AT_ONCE),
  ]);
}
