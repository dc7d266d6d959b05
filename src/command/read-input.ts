import { createReadStream, openAsBlob } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import type { Readable } from "node:stream";
import { UsageError } from "./exit-codes.ts";

/** What is read from a pipe stands in memory: a file can be larger. */
const MOST_PIPED_BYTES = 1024 ** 3;

/** A file to send, and what it is called; a pipe has no name. */
export interface Input {
  file: Blob;
  file_name?: string;
}

/**
 * Opens a file, or reads all of a pipe: `-` and `/dev/stdin` are standard input.
 *
 * @throws UsageError where there is none, or it is a folder, or a pipe gives more than 1 GiB.
 */
export async function readInput(path: string): Promise<Input> {
  if (path === "-" || path === "/dev/stdin") return { file: await readWhole(process.stdin) };
  const entry = await stat(path).catch(() => null);
  if (entry?.isDirectory()) throw new UsageError(`${path} is a folder: say which file in it.`);
  try {
    if (entry && !entry.isFile()) return { file: await readWhole(createReadStream(path)) };
    return { file: await openAsBlob(path), file_name: basename(path) };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`There is no file ${path} that can be read.`);
  }
}

async function readWhole(stream: Readable): Promise<Blob> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Uint8Array<ArrayBuffer>>) {
    bytes += chunk.byteLength;
    if (bytes > MOST_PIPED_BYTES) {
      throw new UsageError("More than 1 GiB comes from the pipe: write it into a file, and import that.");
    }
    chunks.push(chunk);
  }
  return new Blob(chunks);
}
