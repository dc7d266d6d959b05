import { crc32 } from "node:zlib";
import { unzipRaw, type ZipEntry } from "unzipit";
import { FileProblem } from "../readers/file-problem.ts";
import { limitRatio } from "./gunzip.ts";
import type { ReadableFile } from "./stored-file.ts";
import { archiveTooLarge, MOST_BYTES } from "./write-plain-file.ts";

/** What the list of an archive's files may weigh: some thousands of them, far more than any workbook has. */
const MOST_LIST_BYTES = 1024 * 1024;

/** A file in an archive. */
export interface ArchiveEntry {
  name: string;
  encrypted: boolean;
  /** Unpacked, as the archive says. */
  bytes: number;
  /** Its content, piece by piece. @throws FileProblem `damaged_archive` or `archive_too_large`. */
  content(): AsyncGenerator<Uint8Array>;
}

/**
 * The files of a ZIP archive, without folders and what Mac and Windows leave in them. Only their list is read.
 *
 * @throws FileProblem `damaged_archive` or `archive_not_read`.
 */
export async function openArchive(file: ReadableFile): Promise<ArchiveEntry[]> {
  const entries = await orDamaged(file, async () => {
    const { entries } = await unzipRaw({
      getLength: async () => file.size,
      async read(offset: number, length: number) {
        if (length > MOST_LIST_BYTES) throw tooManyFiles();
        return (await file.read(offset, length)) as Uint8Array<ArrayBuffer>;
      },
      readStream: (offset: number, length: number) =>
        file.stream(offset, length) as Promise<ReadableStream<Uint8Array<ArrayBuffer>>>,
    });
    return entries;
  });
  return entries
    .filter(({ isDirectory, name }) => !isDirectory && !LEFTOVERS.test(name))
    .map((entry) => ({
      name: entry.name,
      encrypted: entry.encrypted,
      bytes: entry.size,
      content: () => contentOf(file, entry),
    }));
}

const LEFTOVERS = /^__MACOSX\/|(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini)$|\/$/;

async function* contentOf(file: ReadableFile, entry: ZipEntry): AsyncGenerator<Uint8Array> {
  if (entry.encrypted) throw withPassword();
  if (entry.size > MOST_BYTES) throw archiveTooLarge();
  try {
    const stream = (await entry.stream()) as unknown as AsyncIterable<Uint8Array>;
    let sum = 0;
    for await (const chunk of limitRatio(stream, entry.compressedSize)) {
      sum = crc32(chunk, sum);
      yield chunk;
    }
    if (sum !== checksumOf(entry)) throw damaged();
  } catch (error) {
    if (error instanceof FileProblem) throw error;
    throw file.trouble() ?? damaged();
  }
}

/** The library keeps it to itself, and does not compare it. */
function checksumOf(entry: ZipEntry): number {
  return (entry as unknown as { _rawEntry: { crc32: number } })._rawEntry.crc32;
}

async function orDamaged<T>(file: ReadableFile, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof FileProblem) throw error;
    if (file.trouble()) throw file.trouble();
    if (error instanceof Error && /encrypt/.test(error.message)) throw withPassword();
    if (error instanceof Error && /multi-volume/.test(error.message)) throw inParts();
    throw damaged();
  }
}

/** An archive, or a file in it, that asks for a password. */
export function withPassword(): FileProblem {
  return new FileProblem(
    "encrypted_file",
    "The archive asks for a password. Pack the file without one, or import the file itself.",
  );
}

function inParts(): FileProblem {
  return new FileProblem(
    "damaged_archive",
    "This is one of several parts of a ZIP archive. Unpack them, and import the file inside.",
  );
}

function tooManyFiles(): FileProblem {
  return new FileProblem(
    "several_files",
    "The ZIP archive holds thousands of files. Import the file of the leads itself, or an archive with nothing else.",
  );
}

function damaged(): FileProblem {
  return new FileProblem(
    "damaged_archive",
    "The ZIP archive or workbook is damaged, was cut off on its way, or is packed in an unusual method. Save or pack it " +
      "again, and import it again.",
  );
}
