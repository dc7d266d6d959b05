import { AppError } from "../../../errors.ts";
import { openGate } from "../../../gate.ts";
import { openPartBuffer, R2_PART_BYTES } from "./part-buffer.ts";
import { type StreamedPart, streamPart } from "./stream-part.ts";

/** How many parts an isolate sends at once from its memory: on its way each stands there several times. */
const MOST_SENT = 2;
/** Beyond this a part was sent, or has failed. */
const LONGEST_PART_MS = 60_000;
/** How long an upload waits for its part to be sent. */
const PATIENCE_MS = 10 * 60_000;
const RETRY_AFTER_SECONDS = 30;

const sending = openGate<"parts">({ space: MOST_SENT, longestMs: LONGEST_PART_MS, refuse: tooManyUploads });

/** A file on its way into R2. */
export interface R2Upload {
  write(bytes: Uint8Array): Promise<void>;
  finish(): Promise<void>;
  abort(): Promise<void>;
}

/** What is known of the size of a file before it has come. */
export interface ExpectedSize {
  /** It has at least so many bytes. */
  least: number;
  /** Whether it has no more. */
  exact: boolean;
}

/**
 * Lets the first byte of a file go to R2: until then nothing of it is there.
 *
 * @param multipartId the multipart upload that it belongs to; `null` for a file that goes in one piece.
 */
export type BeforeFirstByte = (multipartId: string | null) => Promise<void>;

/**
 * Streams a file into R2, in parts where it is large. A part that is known to come whole streams through; the last
 * one, where nobody knows how long it is, is gathered in memory. A file of less than a part goes in one piece.
 *
 * @see https://developers.cloudflare.com/r2/objects/multipart-objects/
 */
export function uploadToR2(
  bucket: R2Bucket,
  key: string,
  options: R2PutOptions,
  beforeFirstByte: BeforeFirstByte,
  { least, exact }: ExpectedSize = { least: 0, exact: false },
): R2Upload {
  const part = openPartBuffer();
  let upload: R2MultipartUpload | undefined;
  /** Of whole parts. */
  let begun = 0;
  let streamed: { part: StreamedPart; left: number } | undefined;
  const parts: Promise<R2UploadedPart>[] = [];

  const begin = async (): Promise<R2MultipartUpload> => {
    if (!upload) {
      upload = await bucket.createMultipartUpload(key, options);
      await beforeFirstByte(upload.uploadId);
    }
    return upload;
  };
  const send = (sent: Promise<R2UploadedPart>) => {
    // The next await meets its failure; until then it must not count as unhandled.
    sent.catch(() => {});
    parts.push(sent);
  };
  /** How many bytes of the next part are sure to come; 0 where it may have fewer than a part has. */
  const sureBytes = () => {
    const sure = least - begun * R2_PART_BYTES;
    if (sure >= R2_PART_BYTES) return R2_PART_BYTES;
    return exact && begun > 0 ? Math.max(sure, 0) : 0;
  };
  /** Sends what is in the buffer, and empties it. */
  const sendBuffer = async () => {
    const target = await begin();
    begun += 1;
    const number = begun;
    const bytes = part.bytes();
    send(sending.run("parts", 1, () => target.uploadPart(number, bytes), PATIENCE_MS));
    await parts.at(-1);
    part.clear();
  };
  const stream = async (bytes: Uint8Array): Promise<number> => {
    if (!streamed) {
      const length = sureBytes();
      const target = await begin();
      // At most the part before is still being stored.
      await parts.at(-2);
      begun += 1;
      streamed = { part: streamPart(target, begun, length), left: length };
    }
    const taken = bytes.subarray(0, streamed.left);
    await streamed.part.write(taken);
    streamed.left -= taken.length;
    if (streamed.left === 0) {
      send(streamed.part.end());
      streamed = undefined;
    }
    return taken.length;
  };

  return {
    async write(bytes) {
      for (let rest = bytes; rest.length > 0; ) {
        if (streamed || (part.bytes().length === 0 && sureBytes() > 0)) {
          rest = rest.subarray(await stream(rest));
          continue;
        }
        rest = rest.subarray(part.add(rest));
        if (part.isFull()) await sendBuffer();
      }
    },
    async finish() {
      if (upload === undefined) {
        await beforeFirstByte(null);
        await bucket.put(key, part.bytes(), options);
        return;
      }
      if (streamed) throw shorter();
      if (part.bytes().length > 0) await sendBuffer();
      await upload.complete(await Promise.all(parts));
    },
    async abort() {
      await streamed?.part.abort(new Error("the upload was aborted"));
      await Promise.allSettled(parts);
      await upload?.abort();
    },
  };
}

function shorter(): AppError {
  return new AppError("malformed_request", "The body is shorter than its Content-Length says.");
}

function tooManyUploads(): AppError {
  const detail = `Too many files are being uploaded at the moment. Send the file again in ${RETRY_AFTER_SECONDS} seconds.`;
  return new AppError("unavailable", detail, { headers: { "Retry-After": String(RETRY_AFTER_SECONDS) } });
}
