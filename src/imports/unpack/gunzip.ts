import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { FileProblem } from "../readers/file-problem.ts";
import type { ReadableFile } from "./stored-file.ts";
import { archiveTooLarge } from "./write-plain-file.ts";

const CHUNK_BYTES = 256 * 1024;
/** Text of leads is packed to a tenth, lines of nothing but delimiters to a hundredth. */
const MOST_RATIO = 250;
/** Up to this size nobody minds the ratio. */
const HARMLESS_BYTES = 16 * 1024 * 1024;

/**
 * The content of a gzip file, of all its members: programs append to one by a second one. `DecompressionStream` ends
 * with the first, and refuses the others.
 *
 * @throws FileProblem `damaged_archive` or `archive_too_large`; trouble with storage as it is.
 */
export async function* gunzip(file: ReadableFile): AsyncGenerator<Uint8Array> {
  const content = createGunzip({ chunkSize: CHUNK_BYTES });
  pipeline(Readable.fromWeb((await file.stream(0, file.size)) as never), content, () => {});
  try {
    yield* limitRatio(content as AsyncIterable<Uint8Array>, file.size);
  } catch (error) {
    if (error instanceof FileProblem) throw error;
    throw file.trouble() ?? damaged();
  } finally {
    content.destroy();
  }
}

/**
 * Passes on what is unpacked while it is no more than its packed size can be.
 *
 * @throws FileProblem `archive_too_large`.
 */
export async function* limitRatio(
  content: AsyncIterable<Uint8Array>,
  packedBytes: number,
): AsyncGenerator<Uint8Array> {
  const most = Math.max(HARMLESS_BYTES, packedBytes * MOST_RATIO);
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.length;
    if (bytes > most) throw archiveTooLarge();
    yield chunk;
  }
}

function damaged(): FileProblem {
  return new FileProblem(
    "damaged_archive",
    "The gzip file is damaged, or was cut off on its way. Pack it again, and import it again.",
  );
}
