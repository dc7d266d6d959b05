import * as z from "zod";

/** A filter by an answer or a custom field, whose names are the company's own. */
export interface NamedFilter {
  /** The parameter as it came, for messages. */
  parameter: string;
  of: "answers" | "custom_fields";
  /** A question's key, or a custom field's name. */
  name: string;
  predicate: "eq" | "in" | "cont" | "gt" | "gteq" | "lt" | "lteq" | "null";
  /** `in` has several. */
  values: string[];
}

const ANSWER = /^(answers)\.([a-z][a-z0-9_]{0,63})_(eq|in|cont|gt|gteq|lt|lteq|null)$/;
const CUSTOM_FIELD = /^(custom_fields)\.(.{1,255})_(eq|in|cont|null)$/s;

const MAX_LENGTH = 4096;
const MAX_VALUES = 100;

/** What a parameter of a name that is not known beforehand may hold. */
export const NamedValue = z.union([
  z.string().max(MAX_LENGTH),
  z.array(z.string().max(MAX_LENGTH)).max(MAX_VALUES),
]);

/** How such parameters are called, for those who sent another. */
export const NAMED_PARAMETERS =
  "answers.<key>_ and eq, in, cont, gt, gteq, lt, lteq or null; custom_fields.<name>_ and eq, in, cont or null";

/** Reads a parameter's name. @returns `undefined` where it names no answer and no custom field. */
export function readNamedFilter(parameter: string, value: unknown): NamedFilter | undefined {
  const [, of, name = "", predicate] = ANSWER.exec(parameter) ?? CUSTOM_FIELD.exec(parameter) ?? [];
  if (!of) return undefined;
  const names = [value].flat().map(String);
  return {
    parameter,
    of: of as NamedFilter["of"],
    name,
    predicate: predicate as NamedFilter["predicate"],
    values: predicate === "in" ? names.flatMap((part) => part.split(",")) : names,
  };
}

/** What is wrong with the values of a filter, or `undefined`. */
export function wrongValues({ predicate, values }: NamedFilter): string | undefined {
  if (values.length > MAX_VALUES) return `must have at most ${MAX_VALUES} values`;
  if (predicate !== "in" && values.length > 1) return "must be given once";
  if (predicate === "null" && !/^(true|false|1|0)$/.test(values[0] ?? "")) return "must be true or false";
  return undefined;
}
