/** A file or a part of one that streams into R2: nothing of it is held in memory. */
export interface StreamToR2<Stored> {
  /** Resolves once the bytes were taken: their memory may be used again. @throws what trouble R2 has. */
  write(bytes: Uint8Array): Promise<void>;
  /** Says that this was all. @throws what trouble R2 has. */
  end(): Promise<Stored>;
  /** Breaks it off: what was there before under the same name stays. */
  abort(reason: unknown): Promise<void>;
}

/**
 * Begins to send bytes to R2.
 *
 * @param length how many bytes there are: R2 takes no other number.
 * @param store puts them, as an object or as a part of one.
 */
export function streamToR2<Stored>(
  length: number,
  store: (body: ReadableStream) => Promise<Stored>,
): StreamToR2<Stored> {
  const { readable, writable } = new FixedLengthStream(length);
  const writer = writable.getWriter();
  const stored = store(readable);
  const refused = new Promise<never>((_, reject) => void stored.catch(reject));
  // Met by whatever comes next.
  refused.catch(() => {});
  /** What R2 says counts, where both ends of the stream break; it may refuse bytes of which it reads nothing. */
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
