import { encodingByMark } from "../readers/encodings/byte-marks.ts";
import type { EncodingGuess } from "../readers/encodings/guess-encoding.ts";
import { probeEncoding } from "../readers/encodings/probe-encoding.ts";
import { FileProblem } from "../readers/file-problem.ts";
import { scanKeys } from "../readers/json/scan-keys.ts";
import { HEAD_BYTES } from "../readers/reader.ts";
import type { ReadAs } from "../readers/readers.ts";
import type { ReadingHints } from "../reading-hints.ts";
import { openArchive } from "../unpack/archive.ts";
import { gunzip } from "../unpack/gunzip.ts";
import { identify } from "../unpack/identify.ts";
import { pickFile } from "../unpack/pick-file.ts";
import type { Layer } from "../unpack/unpacked.ts";
import { memoryFile } from "./memory-file.ts";
import { SAMPLE_BYTES, type Sample } from "./sample-of-upload.ts";
import { readSheet } from "./sheet-sample.ts";

/** The beginning of a file as records are read from it. */
export interface ReadableSample extends Sample {
  layers: Layer[];
  readAs: ReadAs;
  /** The names of a workbook's sheets, the one that is read first. */
  sheets: string[];
}

/**
 * Makes the beginning of a file readable as the import does with all of it, in memory.
 *
 * @throws FileProblem where it cannot be.
 */
export async function unpackSample(sample: Sample, hints: ReadingHints): Promise<ReadableSample> {
  let { bytes, isWhole } = sample;
  let encoding = asSaid(sample.encoding, hints);
  const layers: Layer[] = [];
  for (;;) {
    const file = memoryFile(bytes);
    const next = await identify(file, bytes.subarray(0, HEAD_BYTES), {
      outer: layers.at(-1),
      encoding: encoding.encoding,
      sheet: hints.sheet,
    });
    if (next === null) {
      return {
        bytes,
        isWhole,
        encoding: ofPart(encoding, bytes, isWhole, hints),
        layers,
        readAs: { as: "csv" },
        sheets: [],
      };
    }
    layers.push(next.layer);
    if (next.layer === "ndjson") {
      const { keys } = await scanKeys(file, encoding.encoding, { offset: 0, keys: [] });
      return {
        bytes,
        isWhole,
        encoding: ofPart(encoding, bytes, isWhole, hints),
        layers,
        readAs: { as: "objects", keys },
        sheets: [],
      };
    }
    if (next.layer === "xlsx") {
      const sheet = await readSheet(file, hints.sheet);
      const certain: EncodingGuess = { encoding: "utf-8", confidence: "certain" };
      return {
        ...sheet,
        isWhole: isWhole && sheet.isWhole,
        encoding: certain,
        layers,
        readAs: { as: "rows" },
      };
    }
    const content = next.layer === "gzip" ? gunzip(file) : await contentOfOne(file);
    const unpacked = await beginningOf(content, isWhole);
    ({ bytes, isWhole } = unpacked);
    encoding = asSaid(unpacked.encoding, hints);
  }
}

async function contentOfOne(file: ReturnType<typeof memoryFile>) {
  const packed = pickFile(await openArchive(file));
  if (packed.kind !== "file") throw new Error("an archive became a workbook");
  return packed.entry.content();
}

/** What is unpacked first. @param isWhole whether all of it came: what was cut off is damaged at its end. */
async function beginningOf(content: AsyncIterable<Uint8Array>, isWhole: boolean): Promise<Sample> {
  const pieces: Uint8Array[] = [];
  const encoding = probeEncoding();
  let bytes = 0;
  let ended = true;
  try {
    for await (const piece of content) {
      pieces.push(piece);
      encoding.push(piece);
      bytes += piece.length;
      if (bytes < SAMPLE_BYTES) continue;
      ended = false;
      break;
    }
  } catch (error) {
    if (isWhole || bytes === 0 || !(error instanceof FileProblem)) throw error;
    ended = false;
  }
  return { bytes: Buffer.concat(pieces), isWhole: isWhole && ended, encoding: encoding.result() };
}

function asSaid(guess: EncodingGuess, { encoding }: ReadingHints): EncodingGuess {
  return encoding ? { encoding, confidence: "certain" } : guess;
}

/** What a part of a file tells of its encoding is likely: a letter beyond ASCII may come after it. */
function ofPart(
  { encoding, confidence }: EncodingGuess,
  bytes: Uint8Array,
  isWhole: boolean,
  hints: ReadingHints,
): EncodingGuess {
  const isCertain = isWhole || hints.encoding !== null || encodingByMark(bytes) !== null;
  return { encoding, confidence: confidence === "certain" && !isCertain ? "likely" : confidence };
}
