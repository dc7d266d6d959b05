/** A body of exactly what is given, in pieces that no boundary of parts falls between. */
export function inUnevenPieces(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array> {
  let at = 0;
  let pieces = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      pieces += 1;
      const length = 1 + ((pieces * 77_773) % 300_007);
      controller.enqueue(bytes.slice(at, at + length));
      at += length;
    },
  });
}

/** A body whose client goes away once it has sent these bytes. */
export function bodyThatEnds(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.error(new Error("Network connection lost."));
      controller.enqueue(bytes.slice(at, at + 100_000));
      at += 100_000;
    },
  });
}

/** The environment, where storage refuses a part, or a file in one piece, once it has read half a million bytes of it. */
export function refusingInTheMiddle(bindings: Env, what: number | "object"): Env {
  const refuse = async (stream: ReadableStream<Uint8Array>): Promise<never> => {
    const reader = stream.getReader();
    for (let seen = 0; seen < READ_BYTES; ) {
      const { value, done } = await reader.read();
      if (done) break;
      seen += value.length;
    }
    const error = new Error("put: We encountered an internal error. Please try again. (10001)");
    await reader.cancel(error).catch(() => {});
    throw error;
  };
  const troubled = (upload: R2MultipartUpload): R2MultipartUpload =>
    withMembers(upload, {
      uploadPart: (part: number, value: ReadableStream<Uint8Array>) =>
        part === what ? refuse(value) : upload.uploadPart(part, value),
    });
  const { FILES } = bindings;
  const files = withMembers(FILES, {
    put: (key: string, value: ReadableStream<Uint8Array>, options?: R2PutOptions) =>
      what === "object" && value instanceof ReadableStream ? refuse(value) : FILES.put(key, value, options),
    createMultipartUpload: async (key: string, options?: R2MultipartOptions) =>
      troubled(await FILES.createMultipartUpload(key, options)),
    resumeMultipartUpload: (key: string, id: string) => troubled(FILES.resumeMultipartUpload(key, id)),
  });
  return { ...bindings, FILES: files };
}

const READ_BYTES = 500_000;

/** A binding with some members in place of its own. */
function withMembers<T extends object>(target: T, members: Record<string, unknown>): T {
  return new Proxy(target, {
    get(object, name) {
      if (Object.hasOwn(members, name)) return members[String(name)];
      const member = Reflect.get(object, name) as unknown;
      return typeof member === "function" ? member.bind(object) : member;
    },
  });
}
