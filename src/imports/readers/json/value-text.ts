import type { JsonObject } from "./parse-object.ts";

/** An object's value as a cell: nothing where it has none, a list of plain values parted by semicolons, else JSON. */
export function cellOf(object: JsonObject, key: string): string {
  return Object.hasOwn(object, key) ? valueText(object[key]) : "";
}

function valueText(value: unknown): string {
  // An escape may stand for half a character.
  if (typeof value === "string") return value.toWellFormed();
  if (value === null || value === undefined) return "";
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value) && value.every(isPlain)) return value.map(valueText).join("; ");
  return JSON.stringify(value);
}

/** Whether a value may stand in a list: a text with a semicolon in it would become two. */
function isPlain(value: unknown): boolean {
  return (
    (typeof value === "string" && !value.includes(";")) ||
    typeof value === "number" ||
    typeof value === "boolean"
  );
}
