import { isMissingUpload } from "./r2-errors.ts";

/** Removes a file from R2, or what has come of one; where nothing is there, nothing happens. */
export async function removeFile(
  files: R2Bucket,
  fileKey: string,
  multipartId: string | null,
): Promise<void> {
  if (multipartId !== null) {
    try {
      await files.resumeMultipartUpload(fileKey, multipartId).abort();
    } catch (error) {
      // One that was completed or aborted is no longer there.
      if (!isMissingUpload(error)) throw error;
    }
  }
  await files.delete(fileKey);
}
