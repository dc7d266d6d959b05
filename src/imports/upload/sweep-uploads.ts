import { inArray, lt } from "drizzle-orm";
import { uploads } from "../../db/directory/schema.ts";
import type { ScheduledRun } from "../../jobs/scheduled-run.ts";
import { describeError, log } from "../../log.ts";
import { originalsInUse } from "./originals-in-use.ts";
import { MAX_UPLOAD_MS } from "./upload-row.ts";

/** An upload that old has ended, and so has whatever came after it. */
const ENDED_AFTER_MS = MAX_UPLOAD_MS + 60 * 60 * 1000;
const AT_ONCE = 50;

/**
 * Removes what uploads have left in R2 that broke off: their file, or the parts of it. Of those whose file an
 * import has, only the row goes.
 */
export async function sweepUploads({ env, databases, now }: ScheduledRun): Promise<void> {
  const db = databases.directory;
  const ended = await db
    .select()
    .from(uploads)
    .where(lt(uploads.createdAt, now - ENDED_AFTER_MS))
    .orderBy(uploads.createdAt)
    .limit(AT_ONCE);
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
  await db.delete(uploads).where(inArray(uploads.fileKey, swept));
  log("info", "uploads.swept", { uploads: swept.length, in_use: used.size });
}

async function removeFile(files: R2Bucket, fileKey: string, multipartId: string | null): Promise<void> {
  if (multipartId !== null) {
    await files.resumeMultipartUpload(fileKey, multipartId).abort().catch(ignoreMissing);
  }
  await files.delete(fileKey);
}

/** One that was completed or aborted is no longer there. @see https://developers.cloudflare.com/r2/api/error-codes/ */
function ignoreMissing(error: Error): void {
  if (!error.message.endsWith("(10024)")) throw error;
}
