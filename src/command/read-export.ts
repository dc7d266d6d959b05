import { errorOf, type LeadsyClient, notTheApi } from "../client/index.ts";

const LINE_END = 0x0a;

/**
 * All leads of a company as one CSV: an answer of the API goes over a million of them, and says where the next one is.
 *
 * @throws LeadsyError; where the columns have changed since the first answer.
 */
export async function* readExport(
  client: LeadsyClient,
  companyId: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let first: string | null = null;
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const part = await openPart(client, companyId, cursor, signal);
    const [header, rest] = await readLine(part.body);
    if (first === null) yield header;
    else if (Buffer.from(header).toString() !== first) {
      throw new Error("The columns have changed while the leads were exported: export them again.");
    }
    first ??= Buffer.from(header).toString();
    yield* rest;
    cursor = part.next;
  }
}

async function openPart(
  client: LeadsyClient,
  companyId: number,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<{ body: ReadableStream<Uint8Array>; next: string | null }> {
  const { error, response } = await client.GET("/companies/{company_id}/leads/export", {
    params: { path: { company_id: companyId }, query: cursor === undefined ? {} : { cursor } },
    parseAs: "stream",
    signal,
  });
  const { body, headers, ok } = response;
  if (!ok || !body) throw errorOf(response, error);
  if (!headers.get("Content-Type")?.startsWith("text/csv")) throw notTheApi(response, response.url);
  const [, next] = /^<([^>]*)>; rel="next"$/.exec(headers.get("Link") ?? "") ?? [];
  return { body, next: next === undefined ? null : new URL(next, response.url).searchParams.get("cursor") };
}

/** The first line of a stream with its end, and what comes after it. Names of columns have no line breaks. */
async function readLine(body: ReadableStream<Uint8Array>): Promise<[Uint8Array, AsyncIterable<Uint8Array>]> {
  const chunks = body.values();
  let text: Uint8Array = new Uint8Array();
  for (;;) {
    const { value, done } = await chunks.next();
    if (value) text = Buffer.concat([text, value]);
    const end = text.indexOf(LINE_END) + 1;
    if (end === 0 && !done) continue;
    const line = end === 0 ? text : text.subarray(0, end);
    return [line, joined(text.subarray(line.length), chunks)];
  }
}

async function* joined(begun: Uint8Array, more: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (begun.length > 0) yield begun;
  for (let next = await more.next(); !next.done; next = await more.next()) yield next.value;
}
