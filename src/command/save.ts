import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { realpath, rename, rm, stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { UsageError } from "./exit-codes.ts";

/**
 * Writes what comes into a file. It is there under its name only once all of it is: what stood there before stays until
 * then, and where the connection breaks off. A device or a pipe is written as it comes.
 *
 * @throws {UsageError} where no file can be written at that path.
 */
export async function save(source: Readable, path: string): Promise<void> {
  try {
    await write(source, path);
  } catch (error) {
    // Its words would name a temporary file that nobody asked for.
    if ((error as NodeJS.ErrnoException).syscall !== "open") throw error;
    throw new UsageError(
      `${path} cannot be written: say a file in a folder that is there and that you may write in.`,
    );
  }
}

async function write(source: Readable, path: string): Promise<void> {
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
