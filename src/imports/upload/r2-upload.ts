/** R2 takes parts of at least 5 MiB, all alike but the last. */
export const PART_BYTES = 5 * 1024 * 1024;

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
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let upload: R2MultipartUpload | undefined;
  const parts: R2UploadedPart[] = [];
  let underWay: Promise<void> = Promise.resolve();

  const sendPart = async (part: Uint8Array) => {
    if (!upload) {
      upload = await bucket.createMultipartUpload(key, options);
      await beforeFirstByte(upload.uploadId);
    }
    const target = upload;
    await underWay;
    underWay = target.uploadPart(parts.length + 1, part).then((sent) => void parts.push(sent));
    // Its failure is met by whoever awaits it next; until then it is not an unhandled one.
    underWay.catch(() => {});
  };

  return {
    async write(bytes) {
      let rest = bytes;
      while (waitingBytes + rest.length >= PART_BYTES) {
        const room = PART_BYTES - waitingBytes;
        waiting.push(rest.subarray(0, room));
        const part = concatenate(waiting, PART_BYTES);
        waiting = [];
        waitingBytes = 0;
        rest = rest.subarray(room);
        await sendPart(part);
      }
      if (rest.length > 0) {
        waiting.push(rest);
        waitingBytes += rest.length;
      }
    },
    async finish() {
      const last = concatenate(waiting, waitingBytes);
      if (upload === undefined) {
        await beforeFirstByte(null);
        await bucket.put(key, last, options);
        return;
      }
      if (last.length > 0) await sendPart(last);
      await underWay;
      await upload.complete(parts);
    },
    async abort() {
      await underWay.catch(() => {});
      await upload?.abort();
    },
  };
}

/** One piece of bytes made of several. @param length how long they are together. */
export function concatenate(pieces: Uint8Array[], length: number): Uint8Array {
  const [only] = pieces;
  if (pieces.length === 1 && only) return only;
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
}
