import { encodingByMark, encodingByNuls } from "../readers/encodings/byte-marks.ts";
import { decode, type Encoding } from "../readers/encodings/encodings.ts";
import { packingOf } from "../readers/file-kind.ts";
import { openArchive } from "./archive.ts";
import { gunzip } from "./gunzip.ts";
import type { ReadableFile } from "./stored-file.ts";

const WINDOW_BYTES = 1024 * 1024;
/** What two windows have in common, so that nothing is missed that a cut goes through; even, for UTF-16. */
const OVERLAP_BYTES = 4096;

/**
 * The texts of all that is packed in a file, in windows that overlap: of a workbook every part, whatever sheet was
 * imported. `null` stands for what cannot be looked into, as an archive within.
 *
 * @param encoding of texts that do not tell it themselves.
 * @throws FileProblem where it cannot be unpacked.
 */
export async function* packedTexts(file: ReadableFile, encoding: Encoding): AsyncGenerator<string | null> {
  const isGzip = packingOf(await file.read(0, 8)) === "gzip";
  const contents = isGzip ? [() => gunzip(file)] : (await openArchive(file)).map(({ content }) => content);
  for (const content of contents) yield* textsOf(content(), encoding);
}

async function* textsOf(
  content: AsyncIterable<Uint8Array>,
  encoding: Encoding,
): AsyncGenerator<string | null> {
  let own: Encoding | null = null;
  for await (const window of windowsOf(content)) {
    if (own === null && packingOf(window) !== null) {
      yield null;
      return;
    }
    own ??= encodingByMark(window) ?? encodingByNuls(window.subarray(0, OVERLAP_BYTES)) ?? encoding;
    const { text } = decode(window, own);
    yield text.includes("<") ? withoutTags(text) : text;
  }
}

async function* windowsOf(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const window = new Uint8Array(OVERLAP_BYTES + WINDOW_BYTES);
  let filled = 0;
  for await (const bytes of content) {
    for (let at = 0; at < bytes.length; ) {
      const taken = Math.min(bytes.length - at, window.length - filled);
      window.set(bytes.subarray(at, at + taken), filled);
      at += taken;
      filled += taken;
      if (filled < window.length) continue;
      yield window.slice();
      window.copyWithin(0, WINDOW_BYTES);
      filled = OVERLAP_BYTES;
    }
  }
  yield window.slice(0, filled);
}

const TAG = /<[^<>]*>/g;
/** Tags between which a cell, a paragraph or a row is over: those of runs and of their looks are others. */
const ENDS_TEXT =
  /^<\/?(?:[\w-]{1,20}:)?(?:si|is|c|v|f|row|p|h|td|th|tr|br|li|div|comment|table-cell|table-row)\b/i;
const ENTITIES: Record<string, string> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&apos;": "'",
};
const ROUNDED = /\d\.\d{1,20}E\+?\d{1,2}/gi;

/** Texts of cells apart and, where they are in runs, together; numbers with all their digits. */
function withoutTags(xml: string): string {
  const text = xml
    .replace(ROUNDED, (number) => String(Number(number)))
    .replace(/&(?:amp|lt|gt|quot|apos);/g, (entity) => ENTITIES[entity] ?? entity);
  const together = text.replace(TAG, (tag) => (ENDS_TEXT.test(tag) ? "\n" : ""));
  return `${text.replace(TAG, "\n")}\n${together}`;
}
