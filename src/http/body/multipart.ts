import { Dicer } from "@fastify/busboy";
import { parse } from "content-disposition";
import { AppError } from "../../errors.ts";
import { bodyChunks } from "./body-chunks.ts";

/** What a form is made of, in the order in which it arrives. */
export type FormPart =
  | { kind: "field"; name: string; value: string }
  | { kind: "file"; name: string; fileName: string }
  /** They are good until the next part is asked for: their memory is used again. */
  | { kind: "bytes"; bytes: Uint8Array };

/** How large a form may be beside its files. */
export interface FormLimits {
  /** Of one field's value. */
  fieldBytes: number;
  /** Of all but the files: fields, headers of parts, and what stands before and after all parts. */
  besideBytes: number;
}

export const UPLOAD_LIMITS: FormLimits = { fieldBytes: 64 * 1024, besideBytes: 1024 * 1024 };
const MAX_PARTS = 20;
const MAX_HEAD_BYTES = 16 * 1024;

/**
 * Reads `multipart/form-data` (RFC 7578) as it arrives, wherever the network cuts it: no file is ever held whole.
 *
 * The parts are found by Dicer, the parser inside `@fastify/busboy`. Busboy itself passes over a part that it
 * cannot read, and an import would go on without some fields; here every part is checked.
 *
 * @throws 400 where the body is not what its Content-Type says, or is more than a form may be.
 */
export async function* readForm(
  request: Request,
  limits: FormLimits = UPLOAD_LIMITS,
): AsyncGenerator<FormPart> {
  const parts: Part[] = [];
  const dicer = openDicer(boundaryOf(request.headers.get("Content-Type") ?? ""), parts);
  let beside = 0;
  for await (const chunk of bodyChunks(request, { reusing: true })) {
    dicer.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
    beside += chunk.length;
    for (const part of readParts(parts, false, limits)) {
      if (part.kind === "bytes") beside -= part.bytes.length;
      yield part;
    }
    if (beside > limits.besideBytes) throw tooLarge(limits);
  }
  await finish(dicer);
  yield* readParts(parts, true, limits);
}

/** A part that is arriving. */
interface Part {
  stream: Dicer.PartStream;
  /** `undefined` until the part's headers have come to their end. */
  head: { name: string; fileName: string | undefined } | undefined;
  /** Whether the part was passed on already, of a file. */
  begun: boolean;
  /** The part of a field's value that has arrived. */
  value: Buffer[];
  valueBytes: number;
}

/** @param parts the queue into which Dicer puts the parts that it finds. */
function openDicer(boundary: string, parts: Part[]): Dicer {
  const dicer = new Dicer({
    boundary,
    // Each write is read before the next one, so that no part has to ask for a pause.
    partHwm: Number.MAX_SAFE_INTEGER,
  } as Dicer.Config);
  let count = 0;
  dicer.on("part", (stream) => {
    // It aborts the write, and with it a flood of parts in one chunk.
    if (++count > MAX_PARTS) throw malformed(`A form has at most ${MAX_PARTS} parts.`);
    const part: Part = { stream, head: undefined, begun: false, value: [], valueBytes: 0 };
    parts.push(part);
    stream.on("header", (headers) => {
      part.head = readHead(headers as Record<string, string[]>);
    });
    // The form's own error says the same.
    stream.on("error", () => {});
  });
  return dicer;
}

/** What has arrived of the parts. @param ended whether the form has: without that, the last part may go on. */
function* readParts(parts: Part[], ended: boolean, limits: FormLimits): Generator<FormPart> {
  for (let part = parts[0]; part; part = parts[0]) {
    const whole = ended || parts.length > 1;
    const { stream, head } = part;
    if (!head) {
      if (whole) throw malformed(HEAD);
      return;
    }
    const { name, fileName } = head;
    if (fileName !== undefined && !part.begun) yield { kind: "file", name, fileName };
    part.begun = true;
    for (let bytes: Buffer | null = stream.read(); bytes !== null; bytes = stream.read()) {
      if (fileName !== undefined) {
        // As a Buffer it would have a slice() that does not copy.
        yield { kind: "bytes", bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length) };
        continue;
      }
      part.value.push(Buffer.from(bytes));
      part.valueBytes += bytes.length;
      if (part.valueBytes > limits.fieldBytes) throw tooLarge(limits);
    }
    if (!whole) return;
    if (fileName === undefined) {
      yield { kind: "field", name, value: new TextDecoder().decode(Buffer.concat(part.value)) };
    }
    parts.shift();
  }
}

/** @throws 400 where the closing boundary has not come. */
function finish(dicer: Dicer): Promise<void> {
  return new Promise((resolve, reject) => {
    dicer.on("error", () => reject(malformed(CUT_OFF)));
    // Not on "finish": where the network cut the form at its last boundary, Dicer never says so.
    dicer.on("close", resolve);
    dicer.end();
  });
}

/** @param headers the values of each, by its name in lower case; a character a byte. */
function readHead(headers: Record<string, string[]>): NonNullable<Part["head"]> {
  let length = 0;
  for (const [name, values] of Object.entries(headers)) {
    for (const value of values) length += name.length + value.length;
  }
  const [disposition = "", another] = headers["content-disposition"] ?? [];
  if (length > MAX_HEAD_BYTES || another !== undefined) throw malformed(HEAD);
  // Browsers write a quote in a name as `%22`, other clients as `\"`; one at the end closes a path of Windows.
  const text = Buffer.from(disposition, "latin1")
    .toString()
    .replace(/\\"(?!\s*(?:;|$))/g, "%22");
  const { type, parameters } = parse(text, { multipart: true });
  const { name, filename } = parameters;
  if (type !== "form-data" || name === undefined) throw malformed(UNNAMED);
  return { name, fileName: filename };
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

function tooLarge({ fieldBytes, besideBytes }: FormLimits): AppError {
  return malformed(`A field of a form has at most ${fieldBytes} bytes, and all but its file ${besideBytes}.`);
}

const HEAD = "The headers of a part cannot be read.";
const UNNAMED = "A part has no Content-Disposition with a name.";
const CUT_OFF = "The body ends before its closing boundary: the upload was cut off.";
