import { createHash } from "node:crypto";
import { type AppError, fieldError } from "../../errors.ts";
import type { EncodingGuess } from "../readers/encodings/guess-encoding.ts";
import { probeEncoding } from "../readers/encodings/probe-encoding.ts";
import { packingOf } from "../readers/file-kind.ts";
import { type BeforeFirstByte, type ExpectedSize, uploadToR2 } from "./r2/r2-upload.ts";

/** What is known of an uploaded file once its last byte has passed. */
export interface StoredFile {
  bytes: number;
  /** Hexadecimal; `null` where nobody has read it whole yet. */
  sha256: string | null;
  /** Whether the hash is what its sender says: then the import compares it first. */
  promised?: boolean;
  encoding: EncodingGuess;
}

/** A file that is being uploaded. */
export interface OriginalUpload {
  write(bytes: Uint8Array): Promise<void>;
  finish(): Promise<StoredFile>;
  abort(): Promise<void>;
}

/**
 * Takes an uploaded file into R2 as it streams by, and reads off what only the whole file tells: its size, its
 * hash, its encoding.
 *
 * @param maxBytes how large the file may be. `write` throws 413 beyond.
 */
export function storeOriginal(
  bucket: R2Bucket,
  key: string,
  maxBytes: number,
  beforeFirstByte: BeforeFirstByte,
  expected?: ExpectedSize,
): OriginalUpload {
  const metadata = { contentType: "text/csv" };
  const upload = uploadToR2(bucket, key, { httpMetadata: metadata }, beforeFirstByte, expected);
  const hash = createHash("sha256");
  const encoding = probeEncoding();
  let bytes = 0;
  return {
    async write(chunk) {
      // Nothing goes to storage before a part is full or the file is whole.
      if (bytes === 0 && packingOf(chunk) !== null) metadata.contentType = "application/octet-stream";
      bytes += chunk.length;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      hash.update(chunk);
      encoding.push(chunk);
      await upload.write(chunk);
    },
    async finish() {
      await upload.finish();
      return { bytes, sha256: hash.digest("hex"), encoding: encoding.result() };
    },
    abort: () => upload.abort(),
  };
}

/** The answer to a file over the limit. @param maxBytes the limit. */
export function tooLarge(maxBytes: number): AppError {
  const detail = `A file has at most ${maxBytes} bytes: split it and send the parts one after another.`;
  return fieldError("payload_too_large", "file", "too_large", detail);
}
