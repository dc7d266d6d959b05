import { lruCache } from "../lru-cache.ts";

/** What the directory answered about a caller: plain values, which no request owns. */
export type ActorRow = Readonly<Record<string, unknown>>;

/**
 * What the directory said last of each caller, in this isolate: at most some 4 MB. Nothing is decided by it: it lets a
 * read begin while the directory is asked once more, and what the directory says then counts.
 */
const kept = lruCache<ActorRow>(1000);
/** A caller of hundreds of companies is asked for first each time: their grants would take too much memory. */
const MOST_CHARACTERS = 4096;

/** What the directory said last to the same question. */
export function keptRow(question: string): ActorRow | undefined {
  return kept.get(question);
}

/** Keeps what the directory has just said. @param row `undefined` where there is no such user. */
export function keepRow(question: string, row: ActorRow | undefined): void {
  if (row === undefined || sizeOf(row) > MOST_CHARACTERS) kept.delete(question);
  else kept.set(question, row);
}

/** Whether the directory says the same as before, in every column. */
export function isSameRow(before: ActorRow, now: ActorRow | undefined): boolean {
  if (now === undefined) return false;
  for (const column in now) if (now[column] !== before[column]) return false;
  return true;
}

function sizeOf(row: ActorRow): number {
  let characters = 0;
  for (const column in row) {
    const value = row[column];
    if (typeof value === "string") characters += value.length;
  }
  return characters;
}
