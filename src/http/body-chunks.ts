/** What is asked of a body at once: its own chunks have some 4 KB, and each costs a turn. */
const CHUNK_BYTES = 128 * 1024;

/**
 * The body of a request as it arrives, in chunks of a useful size.
 *
 * @see https://developers.cloudflare.com/workers/runtime-apis/streams/readablestreambyobreader/
 */
export async function* bodyChunks(request: Request): AsyncGenerator<Uint8Array> {
  if (!request.body) return;
  const reader = byobReader(request.body);
  if (!reader) {
    yield* request.body;
    return;
  }
  try {
    for (;;) {
      const { value, done } = await reader.readAtLeast(CHUNK_BYTES, new Uint8Array(CHUNK_BYTES));
      if (value && value.length > 0) yield value;
      if (done) return;
    }
  } finally {
    // Whoever stops early leaves the rest to whoever reads on.
    reader.releaseLock();
  }
}

/** Reads what is left of a body and forgets it; a client that has gone is no trouble. */
export async function discardBody(request: Request): Promise<void> {
  try {
    for await (const _ of bodyChunks(request));
  } catch {
    // Nobody waits for the rest.
  }
}

/** A body made of a stream of the Worker's own may not be read this way. */
function byobReader(body: ReadableStream): ReadableStreamBYOBReader | null {
  try {
    return body.getReader({ mode: "byob" });
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}
