import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { realpath, rename, rm, stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/**
 * Writes what comes into a file. It is there under its name only once all of it is: what stood there before stays until
 * then, and where the connection breaks off. A device or a pipe is written as it comes.
 */
export async function save(source: Readable, path: string): Promise<void> {
  const existing = await stat(path).catch(() => null);
  if (existing && !existing.isFile()) return pipeline(source, createWriteStream(path));
  const target = existing ? await realpath(path) : path;
  const part = `${target}.${randomUUID()}.part`;
  try {
    await pipeline(source, createWriteStream(part, existing ? { mode: existing.mode } : {}));
    await rename(part, target);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
