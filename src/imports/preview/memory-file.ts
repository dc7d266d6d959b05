import type { ReadableFile } from "../unpack/stored-file.ts";

/** Bytes in memory as a file that is read in ranges. */
export function memoryFile(bytes: Uint8Array): ReadableFile {
  return {
    size: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
    stream: async (offset, length) =>
      new Blob([bytes.slice(offset, offset + length) as Uint8Array<ArrayBuffer>]).stream() as ReadableStream<
        Uint8Array<ArrayBuffer>
      >,
    trouble: () => null,
  };
}
