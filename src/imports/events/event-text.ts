/** How long a client waits before it connects again, in milliseconds. */
const RETRY_MS = 2_000;

/** What a stream begins with: it reaches the client before there is anything to tell. */
export const STREAM_HEAD = `retry: ${RETRY_MS}\n\n`;

/** A comment that keeps the connection from being taken for dead. */
export const HEARTBEAT = ": heartbeat\n\n";

/**
 * Writes one event.
 *
 * @param id its number; `null` for one that does not count, and that no client resumes from.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export function eventText(id: number | null, type: "progress" | "done", data: unknown): string {
  return `${id === null ? "" : `id: ${id}\n`}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}
