import { decodeField, type MultipartError, make } from "multipasta";
import { AppError } from "./errors.ts";

/** What a form is made of, in the order in which it arrives. */
export type FormPart =
  | { kind: "field"; name: string; value: string }
  | { kind: "file"; name: string; fileName: string }
  | { kind: "bytes"; bytes: Uint8Array };

const MAX_PARTS = 20;
const MAX_FIELD_BYTES = 64 * 1024;

/**
 * Reads `multipart/form-data` (RFC 7578) as it arrives: no file is ever held whole.
 *
 * @throws 400 where the body is not what its Content-Type says.
 */
export async function* readForm(request: Request): AsyncGenerator<FormPart> {
  let parts: FormPart[] = [];
  let error: MultipartError | undefined;
  let done = false;
  const parser = make({
    headers: { "content-type": request.headers.get("Content-Type") ?? "" },
    maxParts: MAX_PARTS,
    maxFieldSize: MAX_FIELD_BYTES,
    isFile: (info) => info.filename !== undefined,
    onField: (info, value) => parts.push({ kind: "field", name: info.name, value: decodeField(info, value) }),
    onFile: (info) => {
      parts.push({ kind: "file", name: info.name, fileName: info.filename ?? "" });
      return (bytes) => bytes && parts.push({ kind: "bytes", bytes });
    },
    onError: (found) => {
      error ??= found;
    },
    onDone: () => {
      done = true;
    },
  });
  for await (const chunk of request.body ?? []) {
    if (error) break;
    parser.write(chunk);
    const arrived = parts;
    parts = [];
    yield* arrived;
  }
  parser.end();
  if (error || !done) throw malformed(error);
}

function malformed(error: MultipartError | undefined): AppError {
  return new AppError("malformed_multipart", REASONS[error?._tag ?? "EndNotReached"]);
}

const REASONS: Record<MultipartError["_tag"], string> = {
  InvalidBoundary: "The Content-Type names no boundary: let your HTTP client write this header itself.",
  BadHeaders: "The headers of a part cannot be read.",
  InvalidDisposition: "A part has no Content-Disposition with a name.",
  ReachedLimit: `A form has at most ${MAX_PARTS} parts, and a field at most ${MAX_FIELD_BYTES} bytes.`,
  EndNotReached: "The body ends before its closing boundary: the upload was cut off.",
};
