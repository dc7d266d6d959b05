import type { JsonObject } from "./parse-object.ts";

/** What would make two of a text in a list. */
const SEPARATOR = /;/;
/** The same in a column of tags, which has more separators, and reads lists of JSON. */
const TAG_SEPARATOR = /[;,|\r\n"[{]/;

/**
 * An object's value as a cell: nothing where it has none, a list of plain values parted by semicolons, else JSON.
 *
 * @param areTags whether the cell is read as tags.
 */
export function cellOf(object: JsonObject, key: string, areTags = false): string {
  return Object.hasOwn(object, key) ? valueText(object[key], areTags ? TAG_SEPARATOR : SEPARATOR) : "";
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
