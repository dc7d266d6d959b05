import { AppError } from "../../../errors.ts";
import { openGate } from "../../../gate.ts";
import { openPartBuffer, R2_PART_BYTES } from "./part-buffer.ts";
import { type StreamToR2, streamToR2 } from "./stream-to-r2.ts";

/** How many bytes an isolate sends at once from its memory: on their way they stand there several times. */
const MOST_SENT_BYTES = 2 * R2_PART_BYTES;
/** A file of so many bytes is gathered, and sent without waiting for others: most files are no larger. */
const SMALL_BYTES = 128 * 1024;
/** Beyond this a part was sent, or has failed. */
const LONGEST_PART_MS = 60_000;
/** How long an upload waits until what it has in memory may be sent. */
const PATIENCE_MS = 10 * 60_000;
const RETRY_AFTER_SECONDS = 30;

const gate = openGate<"bytes">({
  space: MOST_SENT_BYTES,
  longestMs: LONGEST_PART_MS,
  refuse: tooManyUploads,
});

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
  /** It has at most so many. */
  most: number;
}

/** Nothing is known of it. */
export const UNKNOWN_SIZE: ExpectedSize = { least: 0, most: Number.POSITIVE_INFINITY };

/**
 * Lets the first byte of a file go to R2: until then nothing of it is there.
 *
 * @param multipartId the multipart upload that it belongs to; `null` for a file that goes in one piece.
 */
export type BeforeFirstByte = (multipartId: string | null) => Promise<void>;

/**
 * Streams a file into R2, in parts where it is large; one of less than a part goes in one piece. What is known to come
 * whole streams through. What nobody knows the length of, such as the end of a form's file, is gathered in memory.
 *
 * @see https://developers.cloudflare.com/r2/objects/multipart-objects/
 */
export function uploadToR2(
  bucket: R2Bucket,
  key: string,
  options: R2PutOptions,
  beforeFirstByte: BeforeFirstByte,
  { least, most }: ExpectedSize = UNKNOWN_SIZE,
): R2Upload {
  const part = openPartBuffer();
  let upload: R2MultipartUpload | undefined;
  /** Of whole parts. */
  let begun = 0;
  let streamed: Streamed | undefined;
  const parts: Promise<R2UploadedPart>[] = [];
  /** The file, where it streamed in one piece. */
  let object: Promise<unknown> | undefined;

  const begin = async (): Promise<R2MultipartUpload> => {
    if (!upload) {
      upload = await bucket.createMultipartUpload(key, options);
      await beforeFirstByte(upload.uploadId);
    }
    return upload;
  };
  /** How many bytes are sure to come next; 0 where they are to be gathered. */
  const sureBytes = () => {
    const sure = least - begun * R2_PART_BYTES;
    if (sure >= R2_PART_BYTES) return R2_PART_BYTES;
    return least === most && (begun > 0 || sure > SMALL_BYTES) ? Math.max(sure, 0) : 0;
  };
  /** Sends what is in the buffer, and empties it. */
  const sendBuffer = async () => {
    const target = await begin();
    begun += 1;
    const number = begun;
    const bytes = part.bytes();
    parts.push(metLater(sendFromMemory(bytes, () => target.uploadPart(number, bytes))));
    await parts.at(-1);
    part.clear();
  };
  const openPart = async (left: number): Promise<Streamed> => {
    const target = await begin();
    // At most the part before is still being stored.
    await parts.at(-2);
    begun += 1;
    const number = begun;
    const to = streamToR2(left, (body) => target.uploadPart(number, body));
    return { to, left, end: () => void parts.push(metLater(to.end())) };
  };
  const openObject = async (left: number): Promise<Streamed> => {
    await beforeFirstByte(null);
    const to = streamToR2(left, (body) => bucket.put(key, body, options));
    return {
      to,
      left,
      end() {
        object = metLater(to.end());
      },
    };
  };
  const stream = async (bytes: Uint8Array): Promise<number> => {
    if (!streamed) {
      const length = sureBytes();
      streamed = await (begun === 0 && length < R2_PART_BYTES ? openObject(length) : openPart(length));
    }
    const taken = bytes.subarray(0, streamed.left);
    await streamed.to.write(taken);
    streamed.left -= taken.length;
    if (streamed.left === 0) {
      streamed.end();
      streamed = undefined;
    }
    return taken.length;
  };

  return {
    async write(bytes) {
      for (let rest = bytes; rest.length > 0; ) {
        if (object) throw otherLength("longer");
        if (streamed || (part.bytes().length === 0 && sureBytes() > 0)) {
          rest = rest.subarray(await stream(rest));
          continue;
        }
        if (part.bytes().length === 0) part.expect(most - begun * R2_PART_BYTES);
        rest = rest.subarray(part.add(rest));
        if (part.isFull()) await sendBuffer();
      }
    },
    async finish() {
      if (streamed) throw otherLength("shorter");
      if (upload === undefined) {
        if (!object) await beforeFirstByte(null);
        await (object ?? sendFromMemory(part.bytes(), () => bucket.put(key, part.bytes(), options)));
        return;
      }
      if (part.bytes().length > 0) await sendBuffer();
      await upload.complete(await Promise.all(parts));
    },
    async abort() {
      await streamed?.to.abort(new Error("the upload was aborted"));
      await Promise.allSettled([object, ...parts]);
      await upload?.abort();
    },
  };
}

/** What is on its way into R2 without standing in memory. */
interface Streamed {
  to: StreamToR2<unknown>;
  /** How many of its bytes are still to come. */
  left: number;
  /** Says that all have come. */
  end(): void;
}

/** Sends bytes from memory, once there is space for it. */
function sendFromMemory<Stored>(bytes: Uint8Array, send: () => Promise<Stored>): Promise<Stored> {
  return bytes.length <= SMALL_BYTES ? send() : gate.run("bytes", bytes.length, send, PATIENCE_MS);
}

/** The next await meets its failure; until then it must not count as unhandled. */
function metLater<Stored>(sent: Promise<Stored>): Promise<Stored> {
  sent.catch(() => {});
  return sent;
}

function otherLength(than: "longer" | "shorter"): AppError {
  return new AppError("malformed_request", `The body is ${than} than its Content-Length says.`);
}

function tooManyUploads(): AppError {
  const detail = `Too many files are being uploaded at the moment. Send the file again in ${RETRY_AFTER_SECONDS} seconds.`;
  return new AppError("unavailable", detail, { headers: { "Retry-After": String(RETRY_AFTER_SECONDS) } });
}
