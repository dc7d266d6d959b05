import { AppError } from "../../http/errors.ts";

/**
 * A 422 that points to what is wrong.
 *
 * @param path the way to it from the body: `["answers", "budget"]`.
 * @see https://www.rfc-editor.org/rfc/rfc6901#section-3
 */
export function wrongField(path: string[], code: string, detail: string): AppError {
  const pointer = path.map((part) => `/${part.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
  return new AppError("invalid_body", `${pointer.slice(1)}: ${detail}`, {
    errors: [{ pointer, code, detail }],
  });
}
