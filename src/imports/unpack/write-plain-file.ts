import type { Slice } from "../../jobs/slice.ts";
import { aMacrotask } from "../../macrotask.ts";
import { FileProblem } from "../readers/file-problem.ts";
import { R2_PART_BYTES } from "../upload/r2/part-buffer.ts";
import type { StoredFile } from "./stored-file.ts";

/** What an original may become: some twenty times what may be uploaded, and twenty million records. */
export const MOST_BYTES = 2 * 1024 * 1024 * 1024;

/** How far a plain file of several parts has come: enough to go on in another invocation. */
export interface Written<Mark> {
  uploadId: string;
  parts: R2UploadedPart[];
  /** The last place from which what follows can be made again, and how much of that is in the parts. */
  mark: Mark;
  skip: number;
  /** How many bytes came after the last part, and the place after these where nothing followed for long. */
  tail?: { bytes: number; place: Mark };
  /** How many places without bytes were passed to get here. */
  passed?: number;
}

/** Some bytes of a plain file, or none; with a mark where what begins with them can be made again from there. */
export interface Piece<Mark> {
  bytes: Uint8Array;
  mark?: Mark;
}

/** A plain file that is being written. */
export interface PlainFile<Mark> {
  key: string;
  /** What is written, from a mark on; the same bytes whenever it is asked. */
  piecesFrom(mark: Mark): AsyncIterable<Piece<Mark>>;
  start: Mark;
  written: Written<Mark> | null;
  save(written: Written<Mark> | null): Promise<void>;
}

/** Others may go first after so many bytes. */
const PAUSE_BYTES = 1024 * 1024;
/** A step makes at least this share of what it had to go over again, so that many short ones come to an end. */
const LEAST_PROGRESS = 0.25;

/**
 * Writes a plain file into R2 part by part, each with a checkpoint; one part is all of it that is in memory.
 *
 * @returns the file; `null` where the slice was over before.
 * @throws FileProblem `archive_too_large`, and whatever making the bytes throws.
 */
export async function writePlainFile<Mark>(
  files: R2Bucket,
  file: PlainFile<Mark>,
  slice: Slice,
): Promise<StoredFile | null> {
  try {
    return await writeParts(files, file, slice);
  } catch (error) {
    // The upload that was begun may be complete or gone by now: the next try begins with a new one.
    if (file.written && !(error instanceof FileProblem)) await file.save(null);
    throw error;
  }
}

async function writeParts<Mark>(
  files: R2Bucket,
  { key, piecesFrom, start, written, save }: PlainFile<Mark>,
  slice: Slice,
): Promise<StoredFile | null> {
  let upload = written ? files.resumeMultipartUpload(key, written.uploadId) : null;
  const parts = written ? [...written.parts] : [];
  const before = parts.length;
  const part = new Uint8Array(R2_PART_BYTES);
  let filled = 0;
  let mark = written?.mark ?? start;
  const passedBefore = written?.passed ?? 0;
  let passed = passedBefore;
  let toSkip = written?.skip ?? 0;
  let atPart = { mark, skip: toSkip };
  let sinceMark = 0;
  let sincePause = 0;
  for await (const piece of written?.tail ? piecesOfTail(piecesFrom, written) : piecesFrom(mark)) {
    if (piece.mark !== undefined) {
      mark = piece.mark;
      sinceMark = 0;
    }
    let rest = piece.bytes;
    sincePause += rest.length;
    while (rest.length > 0) {
      const skipped = Math.min(toSkip, rest.length);
      const taken = skipped || Math.min(R2_PART_BYTES - filled, rest.length);
      if (skipped === 0) {
        part.set(rest.subarray(0, taken), filled);
        filled += taken;
      }
      toSkip -= skipped;
      sinceMark += taken;
      rest = rest.subarray(taken);
      if (filled < R2_PART_BYTES) continue;
      if ((parts.length + 1) * R2_PART_BYTES > MOST_BYTES) throw archiveTooLarge();
      upload ??= await files.createMultipartUpload(key);
      parts.push(await upload.uploadPart(parts.length + 1, part));
      filled = 0;
      atPart = { mark, skip: sinceMark };
      await save({ uploadId: upload.uploadId, parts, ...atPart, passed });
      if (parts.length - before >= before * LEAST_PROGRESS && (await slice.over())) return null;
    }
    const isPlace = piece.mark !== undefined && piece.bytes.length === 0 && toSkip === 0;
    if (isPlace) passed += 1;
    const canStop = isPlace && passed - passedBefore >= passedBefore * LEAST_PROGRESS;
    if (canStop && (await slice.over())) {
      upload ??= await files.createMultipartUpload(key);
      const tail = { bytes: filled, place: mark };
      await save({ uploadId: upload.uploadId, parts, ...atPart, tail, passed });
      return null;
    }
    if (sincePause >= PAUSE_BYTES) {
      sincePause = 0;
      await aMacrotask();
    }
  }
  const last = part.slice(0, filled);
  const bytes = parts.length * R2_PART_BYTES + filled;
  if (!upload) {
    await files.put(key, last);
    return { key, bytes };
  }
  if (filled > 0) parts.push(await upload.uploadPart(parts.length + 1, last));
  await upload.complete(parts);
  return { key, bytes };
}

/** Makes again what came after the last part, and goes on from the place after it. */
async function* piecesOfTail<Mark>(
  piecesFrom: PlainFile<Mark>["piecesFrom"],
  { mark, skip, tail }: Written<Mark>,
): AsyncGenerator<Piece<Mark>> {
  if (!tail) return;
  let left = skip + tail.bytes;
  if (left > 0) {
    for await (const { bytes } of piecesFrom(mark)) {
      const wanted = bytes.subarray(0, left);
      if (wanted.length > 0) yield { bytes: wanted };
      left -= wanted.length;
      if (left === 0) break;
    }
  }
  let mustMark = true;
  for await (const piece of piecesFrom(tail.place)) {
    yield mustMark ? { mark: tail.place, ...piece } : piece;
    mustMark = false;
  }
}

/** A file that is larger than anybody's list, or made to be. */
export function archiveTooLarge(): FileProblem {
  return new FileProblem(
    "archive_too_large",
    `What is packed in this file is larger than ${MOST_BYTES / 1024 / 1024} MiB, or packed so tightly that it is no ` +
      "list of leads. Split the list, and import the parts one after another.",
  );
}
