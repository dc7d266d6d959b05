import { missingOriginal } from "../hash/hash-file.ts";
import type { FileSource } from "../readers/reader.ts";

/** A file in R2. */
export interface StoredFile {
  key: string;
  bytes: number;
}

/** A file in R2 that is read in ranges, or as a stream of them. */
export interface ReadableFile extends FileSource {
  stream(offset: number, length: number): Promise<ReadableStream<Uint8Array>>;
  /** The trouble that storage had, if it had any: what else goes wrong is the file's own. */
  trouble(): unknown;
}

/** Opens a file. Reading one that is gone throws. */
export function openFile(files: R2Bucket, { key, bytes: size }: StoredFile): ReadableFile {
  let trouble: unknown = null;
  const get = async (offset: number, length: number) => {
    try {
      const object = await files.get(key, { range: { offset, length } });
      if (!object) throw missingOriginal();
      return object;
    } catch (error) {
      trouble = error;
      throw error;
    }
  };
  return {
    size,
    async read(offset, length) {
      const wanted = Math.min(length, size - offset);
      if (wanted <= 0) return new Uint8Array(0);
      const object = await get(offset, wanted);
      return new Uint8Array(await object.arrayBuffer());
    },
    async stream(offset, length) {
      if (length === 0) return new Blob([]).stream();
      const reader = (await get(offset, length)).body.getReader();
      return new ReadableStream({
        async pull(controller) {
          try {
            const { done, value } = await reader.read();
            if (done) controller.close();
            else controller.enqueue(value);
          } catch (error) {
            trouble = error;
            controller.error(error);
          }
        },
        cancel: (reason) => reader.cancel(reason),
      });
    },
    trouble: () => trouble,
  };
}
