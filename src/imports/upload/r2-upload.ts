import { AppError } from "../../errors.ts";
import { openGate } from "../../gate.ts";
import { openPartBuffer } from "./part-buffer.ts";

/** How many parts an isolate sends at once: on its way each stands in memory several times. */
const MOST_SENT = 2;
/** Beyond this a part was sent, or has failed. */
const LONGEST_PART_MS = 60_000;
/** How long an upload waits for its part to be sent. */
const PATIENCE_MS = 10 * 60_000;
const RETRY_AFTER_SECONDS = 30;

const sending = openGate<"parts">({ space: MOST_SENT, longestMs: LONGEST_PART_MS, refuse: tooManyUploads });

/**
 * How many parts may be on their way while their uploads already fill the next ones. Uploads share the memory of an
 * isolate: of many at once, each waits for its part before it reads on.
 */
const MOST_AHEAD = 2;
/** A part that is older was given up with its request, and nobody said so. */
const AHEAD_MS = 60_000;
/** When the parts were sent that are on their way while their uploads read on. */
const ahead = new Set<{ since: number }>();

/** A file on its way into R2, of a size that nobody knows yet. */
export interface R2Upload {
  write(bytes: Uint8Array): Promise<void>;
  finish(): Promise<void>;
  abort(): Promise<void>;
}

/**
 * Lets the first byte of a file go to R2: until then nothing of it is there.
 *
 * @param multipartId the multipart upload that it belongs to; `null` for a file that goes in one piece.
 */
export type BeforeFirstByte = (multipartId: string | null) => Promise<void>;

/**
 * Streams a file into R2 in parts, so that at most two parts of it are in memory: one is filled while the one
 * before is on its way. A file of less than a part goes in one piece.
 *
 * @see https://developers.cloudflare.com/r2/objects/multipart-objects/
 */
export function uploadToR2(
  bucket: R2Bucket,
  key: string,
  options: R2PutOptions,
  beforeFirstByte: BeforeFirstByte,
): R2Upload {
  const part = openPartBuffer();
  let upload: R2MultipartUpload | undefined;
  const parts: R2UploadedPart[] = [];
  let pending: Promise<void> = Promise.resolve();

  /** Sends what is in the buffer, and empties it. */
  const sendPart = async () => {
    if (!upload) {
      upload = await bucket.createMultipartUpload(key, options);
      await beforeFirstByte(upload.uploadId);
    }
    const target = upload;
    await pending;
    const bytes = part.bytes();
    pending = sending
      .run("parts", 1, () => target.uploadPart(parts.length + 1, bytes), PATIENCE_MS)
      .then((sent) => void parts.push(sent));
    // The next await meets its failure; until then it must not count as unhandled.
    pending.catch(() => {});
    const readsOn = goAhead(pending);
    if (!readsOn) await pending;
    part.clear(readsOn);
  };

  return {
    async write(bytes) {
      for (let rest = bytes; rest.length > 0; ) {
        rest = rest.subarray(part.add(rest));
        if (part.isFull()) await sendPart();
      }
    },
    async finish() {
      if (upload === undefined) {
        await beforeFirstByte(null);
        await bucket.put(key, part.bytes(), options);
        return;
      }
      if (part.bytes().length > 0) await sendPart();
      await pending;
      await upload.complete(parts);
    },
    async abort() {
      await pending.catch(() => {});
      await upload?.abort();
    },
  };
}

/** Whether an upload may read on while its part is on its way. */
function goAhead(sent: Promise<void>): boolean {
  const now = Date.now();
  for (const one of ahead) if (now - one.since > AHEAD_MS) ahead.delete(one);
  if (ahead.size >= MOST_AHEAD) return false;
  const one = { since: now };
  ahead.add(one);
  const end = () => void ahead.delete(one);
  sent.then(end, end);
  return true;
}

function tooManyUploads(): AppError {
  const detail = `Too many files are being uploaded at the moment. Send the file again in ${RETRY_AFTER_SECONDS} seconds.`;
  return new AppError("unavailable", detail, { headers: { "Retry-After": String(RETRY_AFTER_SECONDS) } });
}
