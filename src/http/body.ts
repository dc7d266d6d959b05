import type { AppContext } from "./context.ts";
import { AppError } from "./errors.ts";
import type { FormFiles } from "./route.ts";

/**
 * Reads the body of a request, once: the route's access and its handler see the same one.
 *
 * No body at all is one without fields. JSON is UTF-8 and nothing else (RFC 8259, 8.1).
 *
 * @param form the files of a form, where the same fields may come as `multipart/form-data`.
 * @throws 400 for what is not the JSON or the form that it says, 415 for another kind of body or a packed one.
 */
export async function readBody(c: AppContext, form: FormFiles | false): Promise<unknown> {
  const known = c.get("body");
  if (known) return known.value;
  const value = await read(c, form);
  c.set("body", { value });
  return value;
}

async function read(c: AppContext, form: FormFiles | false): Promise<unknown> {
  const bytes = await c.req.arrayBuffer();
  if (bytes.byteLength === 0) return {};
  refusePacked(c.req.header("Content-Encoding"));
  const type = c.req.header("Content-Type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (type === "application/json" || /^application\/[\w.-]+\+json$/.test(type)) return parseJson(bytes);
  if (form && type === "multipart/form-data") return fieldsOf(c);
  const kinds = form ? "application/json or multipart/form-data" : "application/json";
  throw new AppError("unsupported_media_type", `Send the body as ${kinds}, and say so in Content-Type.`);
}

/** Nothing unpacks a body on its way here. @see https://www.rfc-editor.org/rfc/rfc9110#section-15.5.16 */
function refusePacked(coding = "identity"): void {
  if (coding.trim().toLowerCase() === "identity") return;
  throw new AppError("unsupported_media_type", "Send the body as it is, without a Content-Encoding.", {
    headers: { "Accept-Encoding": "identity" },
  });
}

function parseJson(bytes: ArrayBuffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw new AppError("malformed_request", "The body is not the JSON that its Content-Type says.");
  }
}

/** A form as the JSON that it stands for: ids are numbers; a file, which JSON has no value for, is its bytes. */
async function fieldsOf(c: AppContext): Promise<Record<string, unknown>> {
  let form: FormData;
  try {
    form = await c.req.formData();
  } catch {
    throw new AppError("malformed_multipart", "The body is not the form that its Content-Type says.");
  }
  const fields: Record<string, unknown> = Object.create(null);
  for (const [name, value] of form) {
    if (name in fields) throw new AppError("malformed_multipart", `The form has more than one “${name}”.`);
    if (typeof value !== "string") fields[name] = new Uint8Array(await value.arrayBuffer());
    else fields[name] = name.endsWith("_id") && /^[1-9]\d{0,15}$/.test(value) ? Number(value) : value;
  }
  return fields;
}
