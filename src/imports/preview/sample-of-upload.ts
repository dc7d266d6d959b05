import type { AppError } from "../../errors.ts";
import { fieldError } from "../../errors.ts";
import type { EncodingGuess } from "../readers/encodings/guess-encoding.ts";
import { probeEncoding } from "../readers/encodings/probe-encoding.ts";
import { packingOf } from "../readers/file-kind.ts";
import { tooLarge } from "../upload/store-original.ts";

/** What is looked at of a file of text, and what of an archive is unpacked. */
export const SAMPLE_BYTES = 1024 * 1024;
/** An archive's list of files stands at its end, so that it is needed whole. */
const MOST_ARCHIVE_BYTES = 8 * 1024 * 1024;

/** The beginning of an uploaded file, of which nothing is stored. */
export interface Sample {
  bytes: Uint8Array;
  /** Whether that is all; a sender may have cut it off after the first MiB. */
  isWhole: boolean;
  /** Of all that came. */
  encoding: EncodingGuess;
}

/**
 * Keeps the beginning of a file while it streams by.
 *
 * @param maxBytes how large a file may be. `write` throws 413 beyond, and for a large archive.
 */
export function sampleOfUpload(maxBytes: number): {
  write(bytes: Uint8Array): Promise<void>;
  finish(): Sample;
} {
  const pieces: Uint8Array[] = [];
  const encoding = probeEncoding();
  let kept = 0;
  let bytes = 0;
  let most = SAMPLE_BYTES;
  return {
    async write(chunk) {
      if (bytes === 0 && packingOf(chunk) === "zip") most = MOST_ARCHIVE_BYTES;
      bytes += chunk.length;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      if (most === MOST_ARCHIVE_BYTES && bytes > most) throw archiveTooLarge();
      encoding.push(chunk);
      const piece = chunk.slice(0, most - kept);
      if (piece.length > 0) pieces.push(piece);
      kept += piece.length;
    },
    finish: () => ({
      bytes: Buffer.concat(pieces),
      isWhole: bytes < SAMPLE_BYTES || most === MOST_ARCHIVE_BYTES,
      encoding: encoding.result(),
    }),
  };
}

function archiveTooLarge(): AppError {
  const detail =
    `A workbook or ZIP archive of more than ${MOST_ARCHIVE_BYTES / 1024 / 1024} MiB has no preview: send the first rows ` +
    "in a workbook of their own, or import it.";
  return fieldError("payload_too_large", "file", "too_large", detail);
}
