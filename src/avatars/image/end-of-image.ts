import type { ImageKind } from "./image-kinds.ts";

/**
 * Finds where an image ends by going from one of its blocks to the next, without unpacking any.
 *
 * A file that is an image and something else too has that behind the end; so has one whose end is missing.
 *
 * @returns the offset behind its last byte; `null` where it is cut off, has no picture in it, or its blocks do
 * not follow one another as the format says.
 */
export function endOfImage(kind: ImageKind, bytes: Uint8Array): number | null {
  try {
    const end = ENDS[kind](Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
    return end !== null && end <= bytes.length ? end : null;
  } catch (error) {
    // A block goes on behind the last byte.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

const ENDS: Record<ImageKind, (file: Buffer) => number | null> = {
  png: endOfPng,
  jpeg: endOfJpeg,
  webp: endOfWebp,
  gif: endOfGif,
};

/** @see https://www.w3.org/TR/png-3/#5Chunk-layout */
function endOfPng(file: Buffer): number | null {
  let pictured = false;
  for (let at = 8; ; ) {
    const end = at + 12 + file.readUInt32BE(at);
    const name = file.toString("latin1", at + 4, at + 8);
    if ((name === "IHDR") !== (at === 8)) return null;
    if (name === "IEND") return pictured && end === at + 12 ? end : null;
    if (name === "IDAT") pictured = true;
    at = end;
  }
}

const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;

/** @see https://www.w3.org/Graphics/JPEG/itu-t81.pdf (B.1.1) */
function endOfJpeg(file: Buffer): number | null {
  let pictured = false;
  for (let at = 2; ; ) {
    if (file.readUInt8(at) !== 0xff) return null;
    // Any number of them may stand before a marker.
    while (file.readUInt8(at) === 0xff) at += 1;
    const marker = file.readUInt8(at);
    at += 1;
    if (marker === END_OF_IMAGE) return pictured ? at : null;
    const length = file.readUInt16BE(at);
    if (standsAlone(marker) || length < 2) return null;
    at += length;
    if (marker === START_OF_SCAN) {
      pictured = true;
      at = endOfScan(file, at);
    }
  }
}

/** Markers without a length: none of them belongs between two segments. */
function standsAlone(marker: number): boolean {
  return marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

/** Passes over the picture itself: in it, 0xff is followed by a zero, or is a restart marker. */
function endOfScan(file: Buffer, from: number): number {
  for (let at = from; at < file.length; at++) {
    if (file[at] !== 0xff) continue;
    const next = file[at + 1] ?? 0;
    if (next !== 0 && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  return file.length;
}

/** @see https://developers.google.com/speed/webp/docs/riff_container */
function endOfWebp(file: Buffer): number | null {
  const end = 8 + file.readUInt32LE(4);
  let pictured = false;
  let at = 12;
  while (at < end) {
    if (["VP8 ", "VP8L", "ANMF"].includes(file.toString("latin1", at, at + 4))) pictured = true;
    const bytes = file.readUInt32LE(at + 4);
    at += 8 + bytes + (bytes % 2);
  }
  return pictured && at === end ? end : null;
}

/** @see https://www.w3.org/Graphics/GIF/spec-gif89a.txt */
function endOfGif(file: Buffer): number | null {
  const [width, height] = [file.readUInt16LE(6), file.readUInt16LE(8)];
  let pictured = false;
  for (let at = 13 + colourTable(file.readUInt8(10)); ; ) {
    switch (file.readUInt8(at)) {
      case 0x21:
        at = behindBlocks(file, at + 2);
        break;
      case 0x2c: {
        // Some viewers make room for a picture that is larger than the screen it is drawn on.
        const right = file.readUInt16LE(at + 1) + file.readUInt16LE(at + 5);
        const bottom = file.readUInt16LE(at + 3) + file.readUInt16LE(at + 7);
        if (right > width || bottom > height) return null;
        pictured = true;
        at = behindBlocks(file, at + 11 + colourTable(file.readUInt8(at + 9)));
        break;
      }
      case 0x3b:
        return pictured ? at + 1 : null;
      default:
        return null;
    }
  }
}

/** How many bytes of colours follow the flags that announce them. */
function colourTable(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 0x07) + 1) : 0;
}

/** Passes over blocks that each say their length, up to the empty one which ends them. */
function behindBlocks(file: Buffer, from: number): number {
  let at = from;
  for (;;) {
    const bytes = file.readUInt8(at);
    at += 1 + bytes;
    if (bytes === 0) return at;
  }
}
