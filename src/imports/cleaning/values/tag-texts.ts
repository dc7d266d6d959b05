import { parseJson } from "../../readers/json/parse-object.ts";
import { plainText } from "./texts.ts";

/** What exports put between the tags of a cell. */
const SEPARATORS = /[;,|\n]/;
/** A tag in quotes, up to the separator after it. */
const QUOTED = /^[^\S\n]*"[^"]*"[^\S\n]*(?=[;,|\n]|$)/;

/**
 * The texts of a cell that may be tags: those of a list of JSON as they stand, else what its separators part.
 *
 * @returns `null` for other JSON: an object, or a list with more than texts, numbers and nothing in it.
 */
export function tagTexts(cell: string): string[] | null {
  const json = jsonOf(cell);
  if (json === undefined) {
    return partsOf(plainText(cell)).map((part) => unquoted(part.trim()));
  }
  if (!Array.isArray(json) || json.some((item) => typeof item === "object" && item !== null)) return null;
  return json.flatMap((item) => (item === null ? [] : [plainText(String(item))]));
}

/** The object or list that a cell is; `undefined` where it is text. */
function jsonOf(cell: string): unknown {
  const isList = cell.startsWith("[") && cell.endsWith("]");
  const isObject = cell.startsWith("{") && cell.endsWith("}");
  if (!isList && !isObject) return undefined;
  try {
    return parseJson(cell);
  } catch {
    return undefined;
  }
}

/** What the separators part, but for those in a tag that has quotes around it: `"News, Letter","VIP"`. */
function partsOf(text: string): string[] {
  if (!text.includes('"')) return text.split(SEPARATORS);
  const parts: string[] = [];
  for (let rest = text; ; ) {
    const next = QUOTED.exec(rest)?.[0].length ?? rest.search(SEPARATORS);
    if (next < 0 || next >= rest.length) return [...parts, rest];
    parts.push(rest.slice(0, next));
    rest = rest.slice(next + 1);
  }
}

/** Mailchimp writes `"VIP","2026"`. */
function unquoted(text: string): string {
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}
