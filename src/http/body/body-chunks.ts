import { AppError } from "../../errors.ts";

/** How much of a body is read at once: its own chunks have some 4 KB, and each costs a turn of the event loop. */
const CHUNK_BYTES = 128 * 1024;

/**
 * The body of a request as it arrives, in chunks of a useful size.
 *
 * @param options `reusing`: whether a chunk is good only until the next one, which then comes in the same memory. What
 * is not reused is garbage that V8 leaves until there is much of it.
 * @throws {BrokenOff} where its client went away before all of it was there.
 * @see https://developers.cloudflare.com/workers/runtime-apis/streams/readablestreambyobreader/
 */
export async function* bodyChunks(request: Request, { reusing = false } = {}): AsyncGenerator<Uint8Array> {
  if (!request.body) return;
  const byob = byobReader(request.body);
  const reader = byob ?? request.body.getReader();
  let memory = new Uint8Array(CHUNK_BYTES);
  const next = async () => {
    try {
      return byob
        ? await byob.readAtLeast(CHUNK_BYTES, memory)
        : await (reader as ReadableStreamDefaultReader<Uint8Array>).read();
    } catch (error) {
      // It says nothing of the platform that a client went away.
      throw new BrokenOff(error);
    }
  };
  try {
    for (;;) {
      const { value, done } = await next();
      if (value && value.length > 0) yield value;
      if (done) return;
      // Read into, memory is detached: what was read has it now.
      memory = reusing && value ? new Uint8Array(value.buffer as ArrayBuffer) : new Uint8Array(CHUNK_BYTES);
    }
  } finally {
    // A reader that stops early leaves the rest to the next one.
    reader.releaseLock();
  }
}

/** The end of a body whose client went away. Nobody reads the answer. */
export class BrokenOff extends AppError {
  constructor(cause: unknown) {
    super("malformed_request", "The body broke off before its end. Send it again, as a whole.");
    this.cause = cause;
  }
}

/** How much of a refused body is still read. */
const DROPPED_BYTES = 1024 * 1024;

/**
 * Drops what is left of a body that was refused. A small one is read to its end: a client that has sent all of it
 * surely reads the answer. Of a larger one, workerd closes the connection: an HTTP/1.1 client that goes on writing
 * may meet that before the answer (curl reads it, Node's client in one of two cases), and at Cloudflare's edge,
 * which buffers the body, none does. Reading 100 MB only to drop them would cost the Worker more than that is worth.
 */
export async function dropBody(request: Request): Promise<void> {
  let left = DROPPED_BYTES;
  try {
    if (Number(request.headers.get("Content-Length") ?? 0) <= DROPPED_BYTES) {
      for await (const bytes of bodyChunks(request)) {
        left -= bytes.length;
        if (left < 0) break;
      }
    }
    await request.body?.cancel();
  } catch {
    // The client has gone, or another reader has the rest.
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
