export interface ServerSentEvent {
  id: string | null;
  event: string;
  data: string;
}

/**
 * Reads the events of a stream, by https://html.spec.whatwg.org/multipage/server-sent-events.html: a browser's
 * `EventSource` can send no header, and Node 20 has none.
 */
export async function* readEvents(stream: ReadableStream<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  const reader = stream
    .pipeThrough(new TextDecoderStream() as never)
    .getReader() as ReadableStreamDefaultReader<string>;
  let text = "";
  let id: string | null = null;
  let event = "";
  let data: string[] = [];
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      text += value;
      // A line break may be cut in two: a `\r` at the end waits for what follows.
      const lines = text.split(/\r\n|\n|\r(?!$)/);
      text = lines.pop() ?? "";
      for (const line of lines) {
        if (line === "") {
          if (data.length > 0) yield { id, event: event || "message", data: data.join("\n") };
          event = "";
          data = [];
          continue;
        }
        const colon = line.indexOf(":");
        const field = colon < 0 ? line : line.slice(0, colon);
        const rest = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
        if (field === "data") data.push(rest);
        else if (field === "event") event = rest;
        else if (field === "id") id = rest;
      }
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
