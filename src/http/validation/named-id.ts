import { contradiction, fieldError } from "../../errors.ts";
import type { Named, PolicyInput } from "../policies/policy.ts";

/** The id of nothing. */
export const NO_ID = 0;

/** An id as a path or a query has it; {@link NO_ID} for text that is none. */
export function parseId(text: string): number {
  const id = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : NO_ID;
  return Number.isSafeInteger(id) ? id : NO_ID;
}

/**
 * The id that a request names.
 *
 * @returns `undefined` where it names none, {@link NO_ID} where a path or a query has none: access is decided first,
 * then the parameter is refused by validation.
 * @throws 400 where the query lacks the parameter (`in: "query"`); 422 where the field of the body is no id, or the
 * query names another one.
 */
export async function readNamedId(
  { in: place = "path", field }: Named,
  { params, query, readBody }: Pick<PolicyInput, "params" | "query" | "readBody">,
): Promise<number | undefined> {
  if (place === "path") return parseId(params[field] ?? "");
  if (place === "query") {
    const text = query(field);
    if (text) return parseId(text);
    throw fieldError(
      "invalid_parameter",
      field,
      "invalid_type",
      "is missing: send an id, a positive integer",
    );
  }
  const value = fieldOf(await readBody(), field);
  if (value === undefined && place === "body_or_query") {
    const text = query(field) || undefined;
    return text === undefined ? undefined : parseId(text);
  }
  if (value === undefined) return undefined;
  if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) {
    const text = place === "body_or_query" ? query(field) : undefined;
    if (text && parseId(text) !== value) throw contradiction(field, value, text);
    return value;
  }
  throw fieldError("invalid_body", field, "invalid_type", "must be an id, a positive integer");
}

function fieldOf(body: unknown, field: string): unknown {
  if (typeof body !== "object" || body === null || !Object.hasOwn(body, field)) return undefined;
  return Reflect.get(body, field);
}
