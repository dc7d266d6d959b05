/** A part of a file that streams into R2: nothing of it is held in memory. */
export interface StreamedPart {
  /** Resolves once the bytes were taken: their memory may be used again. @throws what trouble R2 has. */
  write(bytes: Uint8Array): Promise<void>;
  /** Says that this was all. @throws what trouble R2 has. */
  end(): Promise<R2UploadedPart>;
  /** Breaks it off: what was there of the part before stays. */
  abort(reason: unknown): Promise<void>;
}

/** Begins to send a part. @param length how many bytes it has: R2 takes no other number. */
export function streamPart(upload: R2MultipartUpload, number: number, length: number): StreamedPart {
  const { readable, writable } = new FixedLengthStream(length);
  const writer = writable.getWriter();
  const stored = upload.uploadPart(number, readable);
  const refused = new Promise<never>((_, reject) => void stored.catch(reject));
  // Met by whatever comes next.
  refused.catch(() => {});
  /** What R2 says counts, where both ends of the stream break; it may refuse a part of which it reads nothing. */
  const sent = async (step: Promise<void>) => {
    try {
      await Promise.race([step, refused]);
    } catch (error) {
      step.catch(() => {});
      await stored;
      throw error;
    }
  };
  return {
    write: (bytes) => sent(writer.write(bytes)),
    async end() {
      await sent(writer.close());
      return stored;
    },
    async abort(reason) {
      await writer.abort(reason).catch(() => {});
      await stored.catch(() => {});
    },
  };
}
