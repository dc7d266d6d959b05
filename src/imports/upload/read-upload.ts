import { settingsOf } from "../../env.ts";
import { AppError, fieldError } from "../../errors.ts";
import { bodyChunks } from "../../http/body/body-chunks.ts";
import { type FormPart, readForm, UPLOAD_LIMITS } from "../../http/body/multipart.ts";
import type { Call } from "../../http/request/call.ts";
import type { Allowed } from "./checks/check-fields.ts";
import { type ExpectedSize, UNKNOWN_SIZE } from "./r2/r2-upload.ts";
import { tooLarge } from "./store-original.ts";

/** An upload that was read to its end. */
export interface ReadUpload {
  allowed: Allowed;
  /** As the form has it. */
  fileName: string;
}

/** What a form may weigh beside its file. */
const FORM_BYTES = UPLOAD_LIMITS.besideBytes;
const NOT_A_FILE = ["application/json", "application/x-www-form-urlencoded"];

/** Refuses a body by its headers. @throws 413 or 415. */
export function refuseByHeaders(call: Call): void {
  const type = typeOf(call);
  const maxBytes = settingsOf(call.env).maxUploadBytes;
  if (Number(call.header("Content-Length") ?? 0) > maxBytes + FORM_BYTES) throw tooLarge(maxBytes);
  if (NOT_A_FILE.includes(type)) {
    throw new AppError("unsupported_media_type", "Send multipart/form-data, or the file itself as text/csv.");
  }
}

/**
 * Reads a body that is a form or the file itself. Whatever is wrong is said as early as it is known.
 *
 * @param check checks the fields: asked again where some come after the file.
 * @param file takes the bytes of the file, as they come.
 * @throws 403, 404, 413 or 422, naming the field; 400 for a body that is none, or that broke off.
 */
export async function readUpload(
  call: Call,
  check: (fields: Record<string, string>) => Promise<Allowed>,
  file: { write(bytes: Uint8Array): Promise<void> },
): Promise<ReadUpload> {
  const parts = isForm(call) ? readForm(call.request) : bodyAsFile(call.request);
  return await receiveParts(parts, withoutEmpty(call.queries()), file, check);
}

/** What the headers tell of the size of the file. */
export function expectedSize(call: Call): ExpectedSize {
  const length = Number(call.header("Content-Length"));
  if (!Number.isSafeInteger(length)) return UNKNOWN_SIZE;
  // A form that has more beside its file is refused.
  return { least: isForm(call) ? length - FORM_BYTES : length, most: length };
}

function isForm(call: Call): boolean {
  return typeOf(call) === "multipart/form-data";
}

function typeOf(call: Call): string {
  return call.header("Content-Type")?.split(";")[0]?.trim().toLowerCase() ?? "";
}

async function receiveParts(
  parts: AsyncIterable<FormPart>,
  parameters: Record<string, string>,
  file: { write(bytes: Uint8Array): Promise<void> },
  check: (parameters: Record<string, string>) => Promise<Allowed>,
): Promise<ReadUpload> {
  let allowed: Allowed | undefined;
  let fileName: string | undefined;
  for await (const part of parts) {
    if (part.kind === "bytes") {
      await file.write(part.bytes);
    } else if (part.kind === "field") {
      if (Object.hasOwn(parameters, part.name))
        throw fieldError("invalid_body", part.name, "repeated", "is given twice");
      if (part.value !== "") parameters[part.name] = part.value;
      allowed = undefined;
    } else {
      if (part.name !== "file") {
        throw fieldError(
          "invalid_body",
          part.name,
          "unknown_field",
          "is not where a file goes: name it `file`",
        );
      }
      if (fileName !== undefined)
        throw fieldError("invalid_body", "file", "repeated", "is given twice: one a request");
      fileName = part.fileName.trim();
      // Where the company is named before the file, nothing of a refused one is stored.
      if (Object.hasOwn(parameters, "company_id")) allowed = await check(parameters);
    }
  }
  if (fileName === undefined)
    throw fieldError("invalid_body", "file", "required", "is missing: send the file in it");
  return { allowed: allowed ?? (await check(parameters)), fileName };
}

/** A raw body as the one file of a form. */
async function* bodyAsFile(request: Request): AsyncGenerator<FormPart> {
  yield { kind: "file", name: "file", fileName: "" };
  for await (const bytes of bodyChunks(request, { reusing: true })) yield { kind: "bytes", bytes };
}

/** Without a prototype, so that a field may be called `__proto__` and is refused like any other unknown one. */
function withoutEmpty(queries: ReturnType<Call["queries"]>): Record<string, string> {
  const parameters: Record<string, string> = Object.create(null);
  for (const [name, [value]] of Object.entries(queries)) {
    if (value) parameters[name] = value;
  }
  return parameters;
}
