import type { LeadsyClient } from "../client.ts";
import { errorOf } from "../leadsy-error.ts";
import { pause } from "../repeat.ts";
import { readEvents, type ServerSentEvent } from "./server-sent-events.ts";
import type { ImportFile } from "./types.ts";

/** How long to wait before a stream that broke off is opened again. */
const RECONNECT_MS = 2000;
const AT_WORK = new Set<ImportFile["status_name"]>(["pending", "processing"]);

/** Whether nothing moves any more until somebody asks for something. */
function isAtRest({ status_name, undo }: ImportFile): boolean {
  return !AT_WORK.has(status_name) && undo?.status !== "processing";
}

/**
 * Follows an import until it is at rest, by its events; a stream that breaks off goes on where it was.
 *
 * @param onChange told each time that it has moved, also at its end.
 * @returns the import as it is then, whether it succeeded or not.
 * @throws LeadsyError where it cannot be seen (any more); the signal's reason.
 */
export async function followImport(
  client: LeadsyClient,
  importCode: string,
  {
    onChange,
    signal,
  }: { onChange?: ((file: ImportFile) => void) | undefined; signal?: AbortSignal | undefined } = {},
): Promise<ImportFile> {
  let lastEventId: string | null = null;
  for (;;) {
    const stream = await openEvents(client, importCode, lastEventId, signal);
    // Without one it is at rest, and all of it was told.
    for await (const { id, event, data } of stream ? eventsOf(stream, signal) : []) {
      lastEventId = id ?? lastEventId;
      if (event === "progress") onChange?.((JSON.parse(data) as { import_file: ImportFile }).import_file);
      if (event === "done") break;
    }
    const now = await getImport(client, importCode, signal);
    if (isAtRest(now)) {
      onChange?.(now);
      return now;
    }
    await pause(RECONNECT_MS, signal);
  }
}

/** The events of a stream, as many as come before the connection breaks off. @throws the signal's reason. */
async function* eventsOf(
  stream: ReadableStream<Uint8Array>,
  signal?: AbortSignal,
): AsyncGenerator<ServerSentEvent> {
  try {
    yield* readEvents(stream);
  } catch {
    signal?.throwIfAborted();
  }
}

async function openEvents(
  client: LeadsyClient,
  importCode: string,
  lastEventId: string | null,
  signal?: AbortSignal,
): Promise<ReadableStream<Uint8Array> | null> {
  const { error, response } = await client.GET("/import/{import_code}/events", {
    params: {
      path: { import_code: importCode },
      ...(lastEventId && { header: { "Last-Event-ID": lastEventId } }),
    },
    parseAs: "stream",
    ...(signal && { signal }),
  });
  if (!response.ok) throw errorOf(response, error);
  return response.body;
}

async function getImport(
  client: LeadsyClient,
  importCode: string,
  signal?: AbortSignal,
): Promise<ImportFile> {
  const { data, error, response } = await client.GET("/import/{import_code}", {
    params: { path: { import_code: importCode } },
    ...(signal && { signal }),
  });
  if (!data) throw errorOf(response, error);
  return data.import_file;
}
