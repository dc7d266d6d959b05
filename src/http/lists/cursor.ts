import { fieldError } from "../../errors.ts";

/** The last record of a page, in a list by time: where the next page goes on. */
export interface Place {
  createdAt: number;
  id: number;
}

/**
 * Writes where a page ended. A cursor is no secret and no right: a client that makes one up gets another place of the
 * same list.
 *
 * @param list what tells the list from others: company, filters, order.
 */
export function writeCursor(list: unknown, { createdAt, id }: Place): string {
  return [fingerprint(list), createdAt, id].map((part) => part.toString(BASE)).join("-");
}

/** @throws 400 where it is no cursor, or one of another list. */
export function readCursor(list: unknown, cursor: string): Place {
  const parts = CURSOR.exec(cursor)?.slice(1) ?? [];
  const [of, createdAt, id] = parts.map((part) => Number.parseInt(part, BASE));
  if (!Number.isSafeInteger(createdAt) || !Number.isSafeInteger(id)) {
    throw wrong("invalid_value", "is not a cursor: send next_cursor of the page before");
  }
  if (of !== fingerprint(list)) {
    throw wrong("other_list", "is of another list: filters and order stay the same from page to page");
  }
  return { createdAt: Number(createdAt), id: Number(id) };
}

const BASE = 36;
const CURSOR = /^([0-9a-z]{1,11})-([0-9a-z]{1,11})-([0-9a-z]{1,11})$/;

/**
 * Tells lists apart well enough for a slip to be noticed: FNV-1a over UTF-16 units.
 *
 * @see http://www.isthe.com/chongo/tech/comp/fnv/
 */
function fingerprint(list: unknown): number {
  const text = JSON.stringify(list);
  let sum = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  return sum >>> 0;
}

function wrong(rule: string, detail: string) {
  return fieldError("invalid_parameter", "cursor", rule, detail);
}
