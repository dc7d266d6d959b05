/** A line's object; a number of so many digits that it would be rounded is the text that it stands as. */
export type JsonObject = Record<string, unknown>;

/** More digits than a number of JavaScript keeps. */
const MANY_DIGITS = /\d{16}/;

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
  return MANY_DIGITS.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
}

/** The reviver's third argument has what a value was parsed from. @see https://tc39.es/proposal-json-parse-with-source/ */
function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number") return value;
  return context?.source !== undefined && MANY_DIGITS.test(context.source) ? context.source : value;
}
