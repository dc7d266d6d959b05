import type { ImportFile } from "../import-types.ts";
import { uploadInParts } from "./in-parts.ts";
import { type Upload, uploadWhole } from "./whole.ts";

/** From which size on a file goes up in parts, in bytes: below it is there before a connection is likely to break off. */
const PARTS_FROM_BYTES = 50_000_000;

/**
 * Uploads a file to import: a large one in parts, of which those that are there are not sent again.
 *
 * @param partsFrom the size from which on it is large, in bytes.
 * @throws Problem, and `AbortError` where the person gave it up.
 */
export function uploadImport(upload: Upload, partsFrom = PARTS_FROM_BYTES): Promise<ImportFile> {
  return upload.file.size < partsFrom ? uploadWhole(upload) : uploadInParts(upload);
}
