import { aMacrotask } from "../../macrotask.ts";

/**
 * How many chunks an isolate has in memory, of all its imports into one lead store. One import has two: one is cleaned
 * while the one before it is written. JavaScript has one thread, and a store another, so that more of them at once
 * would be done no sooner. Each store has its own, so that one that hangs keeps nobody else waiting.
 */
const MOST_CHUNKS = 4;
/** How long somebody waits until they look again, in milliseconds. */
const LOOK_MS = 5;
/** A place that is older belonged to an invocation that was ended from outside, and that could not leave it. */
const ABANDONED_MS = 60_000;

const placesOf = new Map<number, Set<{ since: number }>>();

/**
 * Waits until the isolate has memory for a chunk.
 *
 * It looks again and again, by its own timer: an invocation that waits for another's promise counts as one that hangs.
 *
 * @returns what leaves the place; calling it twice does no harm.
 */
export async function enterPlace(store: number): Promise<() => void> {
  const places = placesOf.get(store) ?? new Set();
  placesOf.set(store, places);
  while (places.size >= MOST_CHUNKS) {
    const before = Date.now() - ABANDONED_MS;
    for (const place of places) if (place.since < before) places.delete(place);
    if (places.size >= MOST_CHUNKS) await aMacrotask(LOOK_MS);
  }
  const place = { since: Date.now() };
  places.add(place);
  return () => void places.delete(place);
}
