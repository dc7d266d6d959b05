import { contactText, fieldText } from "./own-value.ts";
import type { JsonObject } from "./parse-object.ts";

/** How a cell is read that is a lead's own. */
export type CellUse = "tags" | "contact" | "field";

/** What would make two of a text in a list. */
const SEPARATOR = /;/;
/** The same in a column of tags, which has more separators, and reads lists of JSON. */
const TAG_SEPARATOR = /[;,|\r\n"[{]/;

/**
 * An object's value as a cell: nothing where it has none, a list of plain values parted by semicolons, else JSON.
 *
 * @param use what the cell is of a lead; a list or an object that is none of it stays JSON.
 */
export function cellOf(object: JsonObject, key: string, use?: CellUse): string {
  if (!Object.hasOwn(object, key)) return "";
  const value = object[key];
  if (value !== null && typeof value === "object") {
    if (use === "contact") return contactText(value);
    if (use === "field") return fieldText(value);
  }
  return valueText(value, use === "tags" ? TAG_SEPARATOR : SEPARATOR);
}

function valueText(value: unknown, separator: RegExp): string {
  // An escape may stand for half a character.
  if (typeof value === "string") return value.toWellFormed();
  if (value === null || value === undefined) return "";
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value) && value.every((item) => isPlain(item, separator))) {
    return value.map((item) => valueText(item, separator)).join("; ");
  }
  return JSON.stringify(value);
}

/** Whether a value may stand in a list: a text with a separator in it would become two. */
function isPlain(value: unknown, separator: RegExp): boolean {
  return (
    (typeof value === "string" && !separator.test(value)) ||
    typeof value === "number" ||
    typeof value === "boolean"
  );
}
