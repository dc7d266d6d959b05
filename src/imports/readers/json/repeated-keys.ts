import type { JsonObject } from "./parse-object.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPENS_OBJECT = 0x7b;
const CLOSES_OBJECT = 0x7d;
const OPENS_LIST = 0x5b;
const CLOSES_LIST = 0x5d;

/** A key with space behind it: `"a" :` */
const SPACED_KEY = /"[ \t\r\n]+:/;

/**
 * The first of an object's keys that it has several times, with different values: of these JavaScript keeps the last
 * and says nothing. Keys of objects within it count too, under the one that holds them.
 *
 * Most lines are known to have none by one count: each key has `":` behind it, so that there are no more of these than
 * keys. Others are read character by character, once.
 *
 * @param text the line that the object was parsed from.
 * @returns `null` where there is none.
 */
export function repeatedKey(text: string, object: JsonObject): string | null {
  if (!mayRepeat(text, object)) return null;
  return scan(text);
}

function mayRepeat(text: string, object: JsonObject): boolean {
  let marks = 0;
  for (let at = text.indexOf('":'); at >= 0; at = text.indexOf('":', at + 2)) marks++;
  let keys = 0;
  for (const _ in object) keys++;
  return marks !== keys || SPACED_KEY.test(text);
}

/** An object or a list that is open at some place. */
interface Open {
  /** The values of its keys, as they are written; `null` for a list. */
  values: Map<string, string> | null;
  key: string;
  /** Where the value begins that is being read. */
  valueFrom: number;
}

function scan(text: string): string | null {
  const open: Open[] = [];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) {
      const end = closeOf(text, at);
      const inner = open.at(-1);
      if (inner?.values && inner.valueFrom < 0) inner.key = text.slice(at, end + 1);
      at = end;
    } else if (unit === OPENS_OBJECT || unit === OPENS_LIST) {
      open.push({ values: unit === OPENS_OBJECT ? new Map() : null, key: "", valueFrom: -1 });
    } else if (unit === COLON) {
      const inner = open.at(-1);
      if (inner) inner.valueFrom = at + 1;
    } else if (unit === COMMA || unit === CLOSES_OBJECT || unit === CLOSES_LIST) {
      const inner = open.at(-1);
      if (inner?.values && inner.valueFrom >= 0 && isOther(inner, text.slice(inner.valueFrom, at).trim())) {
        return nameOf((open[0] as Open).key);
      }
      if (inner) inner.valueFrom = -1;
      if (unit !== COMMA) open.pop();
    }
  }
  return null;
}

/** Notes the value of a key. @returns whether it had another one before, which said something. */
function isOther({ values, key }: Open, value: string): boolean {
  const name = nameOf(key);
  const before = values?.get(name);
  values?.set(name, value);
  return before !== undefined && before !== value && before !== "null" && before !== '""';
}

/** The place of the quote that closes a text. */
function closeOf(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at;
}

function nameOf(key: string): string {
  return key.includes("\\") ? (JSON.parse(key) as string) : key.slice(1, -1);
}
