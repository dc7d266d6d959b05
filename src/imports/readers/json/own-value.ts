/** Under these keys programs keep what an object is about, the likeliest one first. */
const VALUE_KEYS = ["value", "email", "address", "e164", "number", "phone", "tel", "$numberLong", "raw"];
const TEXT_KEYS = [
  "value",
  "full_name",
  "fullName",
  "full",
  "display_name",
  "displayName",
  "name",
  "label",
  "text",
];
const NAME_PARTS = [
  ["first_name", "firstName", "first", "given_name", "givenName", "given"],
  ["middle_name", "middleName", "middle"],
  ["last_name", "lastName", "last", "family_name", "familyName", "family", "surname"],
];
const CALLING_CODE = ["country_code", "countryCode", "calling_code", "dial_code", "ddi"];

/**
 * The addresses or numbers in a list or an object, parted by semicolons. An id beside them is not taken for a phone:
 * what has none by its key keeps no digits, so that it is refused.
 */
export function contactText(value: object): string {
  const texts = itemsOf(value).map((item) => contactOf(item));
  const known = texts.filter((text) => text !== null && text !== "");
  if (known.length > 0) return known.join("; ");
  return texts.every((text) => text === "") ? "" : JSON.stringify(value, withoutDigits);
}

/** The text of a name, a company or a place that is a list or an object; its JSON where its keys do not tell. */
export function fieldText(value: object): string {
  const texts = itemsOf(value).map((item) => textOf(item));
  return texts.includes(null) ? JSON.stringify(value) : texts.filter((text) => text !== "").join("; ");
}

function itemsOf(value: object): unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** @returns `null` where it is not known. */
function contactOf(item: unknown): string | null {
  if (!isObject(item)) return plainText(item);
  const text = firstOf(item, VALUE_KEYS);
  if (text === "") return null;
  const code = /^\+?(\d{1,4})$/.exec(firstOf(item, CALLING_CODE).trim())?.[1];
  return code && !/[@+]/.test(text) ? `+${code} ${text}` : text;
}

/** @returns `null` where it is not known. */
function textOf(item: unknown): string | null {
  if (!isObject(item)) return plainText(item);
  const text =
    firstOf(item, TEXT_KEYS) ||
    NAME_PARTS.map((keys) => firstOf(item, keys))
      .filter(Boolean)
      .join(" ");
  return text === "" ? null : text;
}

function firstOf(object: Record<string, unknown>, keys: string[]): string {
  for (const key of keys) {
    const text = Object.hasOwn(object, key) ? plainText(object[key]) : null;
    if (text) return text;
  }
  return "";
}

/** @returns `null` for a list or an object. */
function plainText(value: unknown): string | null {
  if (typeof value === "string") return value.toWellFormed().trim();
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? null : String(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function withoutDigits(_key: string, value: unknown): unknown {
  if (typeof value === "number") return null;
  return typeof value === "string" ? value.replace(/\d/g, "") : value;
}
