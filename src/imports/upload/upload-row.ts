import { eq } from "drizzle-orm";
import { idempotent } from "../../db/client.ts";
import { openDirectory } from "../../db/clients.ts";
import { uploads } from "../../db/directory/schema.ts";
import { describeError, log } from "../../log.ts";
import type { BeforeFirstByte, R2Upload } from "./r2/r2-upload.ts";

/** How long an upload may take: the sweeper leaves those alone that are not older than this and an hour. */
export const MAX_UPLOAD_MS = 6 * 60 * 60 * 1000;

/** The row of a file on its way into R2, under which it is found whatever breaks off. */
export interface UploadRow {
  fileKey: string;
  startedAt: number;
  /** Waits for the row, and notes the multipart upload in it. */
  beforeFirstByte: BeforeFirstByte;
  /** Removes the row of a file that an import has. Trouble is left to the sweeper. */
  close(): Promise<void>;
  /** Removes what is there of a file that nobody wants, then the row. Trouble is left to the sweeper. */
  discard(upload: Pick<R2Upload, "abort">, files: R2Bucket): Promise<void>;
}

/**
 * Begins an upload with its row. It is of the directory, since whose leads a file has may be said after it; it is
 * written while the first bytes arrive, and nothing goes to R2 before it is there.
 *
 * @param now milliseconds since 1970.
 */
export function openUpload(client: D1Database, userId: number, now: number): UploadRow {
  const db = openDirectory(idempotent(client));
  const fileKey = `originals/${crypto.randomUUID()}`;
  const mine = eq(uploads.fileKey, fileKey);
  const written = db.insert(uploads).values({ fileKey, userId, createdAt: now }).onConflictDoNothing().run();
  // Its failure is met before the first byte; until then it is not an unhandled one.
  written.catch(() => {});
  let storing = false;

  const orLeaveIt = async (clear: () => Promise<unknown>) => {
    try {
      await written;
      await clear();
    } catch (error) {
      log("error", "upload.left_to_sweeper", { file_key: fileKey, ...describeError(error) });
    }
  };
  return {
    fileKey,
    startedAt: now,
    async beforeFirstByte(multipartId) {
      storing = true;
      await written;
      if (multipartId !== null) await db.update(uploads).set({ multipartId }).where(mine);
    },
    close: () => orLeaveIt(() => db.delete(uploads).where(mine)),
    discard: (upload, files) =>
      orLeaveIt(async () => {
        if (storing) {
          await upload.abort();
          await files.delete(fileKey);
        }
        await db.delete(uploads).where(mine);
      }),
  };
}
