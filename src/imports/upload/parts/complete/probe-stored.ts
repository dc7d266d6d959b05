import { type PartProbe, probePart } from "../../../readers/encodings/probe-part.ts";
import { countParts } from "../open-upload.ts";
import type { MultipartUpload, UploadedPart } from "../queries.ts";
import { partLength } from "../receive-part.ts";

/** Of so many parts that went straight to R2 some bytes are read, besides the first part, which is read whole. */
const MOST_SAMPLED = 16;
const SAMPLE_BYTES = 256 * 1024;

interface Sample {
  probe: PartProbe;
  /** Whether it goes to the end of its part. */
  isWhole: boolean;
}

/**
 * What the parts of a file say of its encoding. Those that did not stream through the Worker are read from R2: the first
 * one, and the beginnings of others that are spread over the file.
 *
 * @param parts all of them, in the order of the file, which R2 has as one by now.
 */
export async function probesOf(
  files: R2Bucket,
  upload: MultipartUpload,
  parts: readonly UploadedPart[],
): Promise<PartProbe[]> {
  const unknown = parts.filter(({ probe }) => probe === null).map(({ number }) => number);
  const samples = new Map(
    await Promise.all(
      spread(unknown).map(async (number) => [number, await sample(files, upload, number)] as const),
    ),
  );
  const hasBeginning = (part: UploadedPart | undefined) =>
    part === undefined || part.probe !== null || samples.has(part.number);
  const hasEnd = (part: UploadedPart | undefined) =>
    part === undefined || part.probe !== null || samples.get(part.number)?.isWhole === true;
  return parts.flatMap((part, at) => {
    const probe = part.probe ?? samples.get(part.number)?.probe;
    if (!probe) return [];
    // A word that goes on where nothing was read would be taken for another one, or for a broken letter.
    const opening = hasEnd(parts[at - 1]) ? probe.opening : "";
    const closing = hasEnd(part) && hasBeginning(parts[at + 1]) ? probe.closing : "";
    return [{ ...probe, opening, closing }];
  });
}

/** Some of the numbers, from the first on, evenly. */
function spread(numbers: number[]): number[] {
  const step = Math.max(1, numbers.length / (MOST_SAMPLED + 1));
  return numbers.filter((_, at) => Math.floor(at / step) !== Math.floor((at - 1) / step));
}

async function sample(files: R2Bucket, upload: MultipartUpload, number: number): Promise<Sample> {
  const bytes = partLength(upload, number);
  const length = number === 1 ? bytes : Math.min(bytes, SAMPLE_BYTES);
  const probe = probePart({ number, of: countParts(upload) });
  const offset = (number - 1) * upload.partBytes;
  const stored = await files.get(upload.fileKey, { range: { offset, length } });
  if (stored) probe.push(new Uint8Array(await stored.arrayBuffer()));
  return { probe: probe.result(), isWhole: length === bytes };
}
