import { bodyChunks } from "./body-chunks.ts";
import { AppError } from "./errors.ts";

/** What a form is made of, in the order in which it arrives. */
export type FormPart =
  | { kind: "field"; name: string; value: string }
  | { kind: "file"; name: string; fileName: string }
  | { kind: "bytes"; bytes: Uint8Array };

const MAX_PARTS = 20;
const MAX_FIELD_BYTES = 64 * 1024;
const MAX_HEAD_BYTES = 16 * 1024;

/**
 * Reads `multipart/form-data` (RFC 7578) as it arrives, wherever the network cuts it: no file is ever held whole.
 * Our own, because `@fastify/busboy` passes over a part that it cannot read without a word, and `multipasta` loses
 * fields where a chunk ends in a part's headers: an import would go on without what was asked for.
 *
 * @throws 400 where the body is not what its Content-Type says.
 */
export async function* readForm(request: Request): AsyncGenerator<FormPart> {
  const boundary = boundaryOf(request.headers.get("Content-Type") ?? "");
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  const body = readBody(request);
  try {
    for await (const _ of body.until(delimiter));
    for (let parts = 1; !(await body.startsWith("--")); parts++) {
      if (parts > MAX_PARTS) throw malformed(LIMIT);
      const { name, fileName } = readHead(await body.head());
      if (fileName === undefined) {
        yield { kind: "field", name, value: await readField(body.until(delimiter)) };
      } else {
        yield { kind: "file", name, fileName };
        for await (const bytes of body.until(delimiter)) yield { kind: "bytes", bytes };
      }
    }
    await body.skipRest();
  } finally {
    await body.leave();
  }
}

/** The body with as much of it in hand as the next step needs. */
function readBody(request: Request) {
  const chunks = bodyChunks(request);
  // The first boundary may begin the body: as if a line ended before it.
  let held: Uint8Array = Buffer.from("\r\n");

  const more = async () => {
    const { value, done } = await chunks.next();
    if (done) throw malformed("The body ends before its closing boundary: the upload was cut off.");
    held = held.length === 0 ? value : Buffer.concat([held, value]);
  };

  return {
    async startsWith(text: string): Promise<boolean> {
      while (held.length < text.length) await more();
      return Buffer.from(held.subarray(0, text.length)).equals(Buffer.from(text));
    },

    /** What stands before the next empty line. */
    async head(): Promise<string> {
      for (;;) {
        const end = Buffer.from(held.buffer, held.byteOffset, held.length).indexOf("\r\n\r\n");
        if (end > MAX_HEAD_BYTES || (end < 0 && held.length > MAX_HEAD_BYTES)) throw malformed(HEAD);
        if (end >= 0) {
          const text = new TextDecoder().decode(held.subarray(0, end));
          held = held.subarray(end + 4);
          return text;
        }
        await more();
      }
    },

    /** The bytes before the next delimiter, which is passed over. */
    async *until(delimiter: Buffer): AsyncGenerator<Uint8Array> {
      for (;;) {
        const end = Buffer.from(held.buffer, held.byteOffset, held.length).indexOf(delimiter);
        // Without one, all but what may be its beginning.
        const safe = end >= 0 ? end : Math.max(0, held.length - delimiter.length + 1);
        const bytes = held.subarray(0, safe);
        held = held.subarray(end >= 0 ? end + delimiter.length : safe);
        if (bytes.length > 0) yield bytes;
        if (end >= 0) return;
        await more();
      }
    },

    async skipRest(): Promise<void> {
      while (!(await chunks.next()).done);
    },

    async leave(): Promise<void> {
      await chunks.return(undefined);
    },
  };
}

async function readField(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const kept: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    length += piece.length;
    if (length > MAX_FIELD_BYTES) throw malformed(LIMIT);
    kept.push(piece);
  }
  return new TextDecoder().decode(Buffer.concat(kept, length));
}

/** @param head the rest of the boundary's line, then a header a line. */
function readHead(head: string): { name: string; fileName: string | undefined } {
  const [padding = "", ...lines] = head.split("\r\n");
  if (padding.trim() !== "" || lines.some((line) => !line.includes(":"))) throw malformed(HEAD);
  const disposition = lines.find((line) => /^content-disposition:\s*form-data\s*;/i.test(line)) ?? "";
  const parameters = new Map<string, string>();
  for (const [, key = "", quoted, bare = ""] of disposition.matchAll(PARAMETER)) {
    parameters.set(key.toLowerCase(), quoted === undefined ? bare : unescapeQuotes(quoted));
  }
  const name = parameters.get("name");
  if (name === undefined) throw malformed("A part has no Content-Disposition with a name.");
  return { name, fileName: extendedName(parameters.get("filename*")) ?? parameters.get("filename") };
}

const PARAMETER = /;\s*([\w*]+)\s*=\s*(?:"((?:\\["\\]|[^"])*)"|([^;\s]*))/g;

/**
 * Browsers write a quote in a name as `%22`, other clients as `\"`.
 * @see https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
 */
function unescapeQuotes(text: string): string {
  return text.replace(/\\(["\\])/g, "$1").replaceAll("%22", '"');
}

/** RFC 7578 wants none of these, some clients send them. @see https://www.rfc-editor.org/rfc/rfc8187 */
function extendedName(value: string | undefined): string | undefined {
  const [, encoded] = /^utf-8'[^']*'(.*)$/i.exec(value ?? "") ?? [];
  if (encoded === undefined) return undefined;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

/** @see https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1 for the length */
function boundaryOf(contentType: string): string {
  const [, quoted, bare] =
    /;\s*boundary\s*=\s*(?:"([^"]{1,70})"|([^;\s"]{1,70})(?=;|\s|$))/i.exec(contentType) ?? [];
  const boundary = quoted ?? bare;
  if (boundary !== undefined) return boundary;
  throw malformed("The Content-Type names no boundary: let your HTTP client write this header itself.");
}

function malformed(detail: string): AppError {
  return new AppError("malformed_multipart", detail);
}

const HEAD = "The headers of a part cannot be read.";
const LIMIT = `A form has at most ${MAX_PARTS} parts, and a field at most ${MAX_FIELD_BYTES} bytes.`;
