import type { ImportFile } from "../import-types.ts";
import { Problem } from "../problem.ts";
import { uploadInParts } from "./in-parts.ts";
import { type Upload, uploadWhole } from "./whole.ts";

/** From which size on a file goes up in parts, in bytes: below it is there before a connection is likely to break off. */
const PARTS_FROM_BYTES = 50_000_000;

/**
 * Uploads a file to import: a large one in parts, of which those that are there are not sent again.
 *
 * @throws Problem, and `AbortError` where the person gave it up.
 */
export async function uploadImport(upload: Upload): Promise<ImportFile> {
  if (upload.file.size < PARTS_FROM_BYTES) return uploadWhole(upload);
  try {
    return await uploadInParts(upload);
  } catch (error) {
    // An API that takes no parts.
    if (error instanceof Problem && (error.status === 404 || error.status === 405))
      return uploadWhole(upload);
    throw error;
  }
}
