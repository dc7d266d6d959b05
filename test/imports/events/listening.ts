/** An event as a listener reads it. */
export interface Heard {
  id: number | null;
  type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test asserts on what is there.
  data: any;
}

/** The events in the whole lines of a stream, and what is left of it. */
export function parseEvents(text: string): { events: Heard[]; rest: string; comments: number } {
  const blocks = text.split("\n\n");
  const rest = blocks.pop() ?? "";
  const fields = blocks.map(
    (block) =>
      new Map(
        block.split("\n").map((line) => {
          const colon = line.indexOf(":");
          return [line.slice(0, colon), line.slice(colon + 1).trimStart()] as const;
        }),
      ),
  );
  const events = fields
    .filter((one) => one.has("data"))
    .map((one) => ({
      id: one.has("id") ? Number(one.get("id")) : null,
      type: one.get("event") ?? "",
      data: JSON.parse(one.get("data") ?? ""),
    }));
  return { events, rest, comments: fields.filter((one) => one.has("")).length };
}

/** Reads events one after another until the stream ends. */
export async function* heardFrom(body: ReadableStream<Uint8Array>): AsyncGenerator<Heard> {
  let rest = "";
  for await (const piece of body.pipeThrough(new TextDecoderStream() as never) as ReadableStream<string>) {
    const parsed = parseEvents(rest + piece);
    ({ rest } = parsed);
    yield* parsed.events;
  }
}

/** All events of a stream, up to its end. */
export async function allHeardFrom(body: ReadableStream<Uint8Array> | null): Promise<Heard[]> {
  if (!body) throw new Error("no stream");
  const events: Heard[] = [];
  for await (const event of heardFrom(body)) events.push(event);
  return events;
}
