/** A line's object; a number that would be rounded, or is beyond all numbers, is the text that it stands as. */
export type JsonObject = Record<string, unknown>;

/** More digits than a number of JavaScript keeps, or such an exponent. */
const BEYOND_NUMBERS = /\d{16}|[\d.]{17}|[eE][+-]?\d{3}/;

/** @returns `null` for text that is not a JSON object. */
export function parseObject(text: string): JsonObject | null {
  if (!text.startsWith("{")) return null;
  try {
    return parseJson(text) as JsonObject;
  } catch {
    return null;
  }
}

/** @throws SyntaxError for text that is not JSON. */
export function parseJson(text: string): unknown {
  return BEYOND_NUMBERS.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
}

/** The reviver's third argument has what a value was parsed from. @see https://tc39.es/proposal-json-parse-with-source/ */
function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number") return value;
  return context?.source !== undefined && BEYOND_NUMBERS.test(context.source) ? context.source : value;
}
