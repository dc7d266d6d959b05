import { isUnavailable } from "../../db/errors.ts";
import { AppError } from "../../errors.ts";
import type { AppContext } from "../request/context.ts";
import type { FormFiles } from "../route-spec.ts";
import { BrokenOff } from "./body-chunks.ts";
import { readForm } from "./multipart.ts";

/**
 * Reads the body of a request, once: the route's access and its handler see the same one.
 *
 * An absent body is one without fields. JSON is UTF-8 and nothing else (RFC 8259, 8.1).
 *
 * @param form the files of a form, where the same fields may come as `multipart/form-data`.
 * @throws 400 for a body that is not valid JSON or form data, 415 for another or a compressed kind.
 */
export async function readBody(c: AppContext, form: FormFiles | false): Promise<unknown> {
  const known = c.get("body");
  if (known) return known.value;
  const value = await read(c, form);
  c.set("body", { value });
  return value;
}

async function read(c: AppContext, form: FormFiles | false): Promise<unknown> {
  const bytes = await c.req.arrayBuffer().catch((error: unknown) => {
    // One over the limit is another error.
    throw isUnavailable(error) ? new BrokenOff(error) : error;
  });
  if (bytes.byteLength === 0) return {};
  refusePacked(c.req.header("Content-Encoding"));
  const type = c.req.header("Content-Type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (type === "application/json" || /^application\/[\w.-]+\+json$/.test(type)) return parseJson(bytes);
  if (form && type === "multipart/form-data") return readFields(c, bytes);
  const kinds = form ? "application/json or multipart/form-data" : "application/json";
  throw new AppError("unsupported_media_type", `Send the body as ${kinds}, and say so in Content-Type.`);
}

/** No proxy decompresses a body on its way here. @see https://www.rfc-editor.org/rfc/rfc9110#section-15.5.16 */
function refusePacked(coding = "identity"): void {
  if (coding.trim().toLowerCase() === "identity") return;
  throw new AppError("unsupported_media_type", "Send the body as it is, without a Content-Encoding.", {
    headers: { "Accept-Encoding": "identity" },
  });
}

/** No valid body is nested deeper than this; a million levels cost the parser far more than other text. */
const DEEPEST = 64;

/** @throws 400 for a body that is not JSON in UTF-8, or is nested too deep. */
export function parseJson(bytes: ArrayBuffer): unknown {
  if (isDeeperThan(DEEPEST, new Uint8Array(bytes))) {
    throw new AppError("malformed_request", `The body is nested deeper than ${DEEPEST} levels.`);
  }
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw new AppError("malformed_request", "The body is not the JSON that its Content-Type says.");
  }
}

/** Whether arrays and objects are nested deeper than so many levels. Brackets in strings do not count. */
function isDeeperThan(most: number, bytes: Uint8Array): boolean {
  if (bytes.length <= most) return false;
  let depth = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (inString) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === BRACKET || byte === BRACE) {
      if (++depth > most) return true;
    } else if (byte === BRACKET + 2 || byte === BRACE + 2) depth--;
  }
  return false;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Each two characters before its closing one. */
const BRACKET = 0x5b;
const BRACE = 0x7b;

/** A form as the equivalent JSON: ids are numbers; a file, which JSON has no value for, is its bytes. */
async function readFields(c: AppContext, bytes: ArrayBuffer): Promise<Record<string, unknown>> {
  const { url, headers } = c.req.raw;
  const request = new Request(url, { method: "POST", headers, body: bytes });
  const size = bytes.byteLength;
  const fields: Record<string, unknown> = Object.create(null);
  let file: { name: string; pieces: Uint8Array[] } | undefined;
  const endFile = () => {
    if (file) fields[file.name] = new Uint8Array(Buffer.concat(file.pieces));
    file = undefined;
  };
  for await (const part of readForm(request, { fieldBytes: size, besideBytes: size })) {
    if (part.kind === "bytes") {
      file?.pieces.push(part.bytes.slice());
      continue;
    }
    endFile();
    const { name } = part;
    if (name in fields) throw new AppError("malformed_multipart", `The form has more than one “${name}”.`);
    if (part.kind === "file") file = { name, pieces: [] };
    else fields[name] = isId(part) ? Number(part.value) : part.value;
  }
  endFile();
  return fields;
}

function isId({ name, value }: { name: string; value: string }): boolean {
  return name.endsWith("_id") && /^[1-9]\d{0,15}$/.test(value);
}
