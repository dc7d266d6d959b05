/** What an isolate keeps of some kind: the entries that were asked for last, and never more than so many. */
export interface LruCache<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  delete(key: string): void;
  readonly size: number;
}

/**
 * Makes a cache that drops its least recently used entry. One that only stops keeping can be filled with
 * what nobody asks for again, and serves nobody from then on.
 *
 * @param most how many entries it keeps.
 */
export function lruCache<Value>(most: number): LruCache<Value> {
  // A Map lists its keys in the order in which they were set.
  const entries = new Map<string, Value>();
  return {
    get(key) {
      const value = entries.get(key);
      if (value === undefined) return undefined;
      entries.delete(key);
      entries.set(key, value);
      return value;
    },
    set(key, value) {
      entries.delete(key);
      entries.set(key, value);
      if (entries.size <= most) return;
      const oldest = entries.keys().next().value;
      if (oldest !== undefined) entries.delete(oldest);
    },
    delete(key) {
      entries.delete(key);
    },
    get size() {
      return entries.size;
    },
  };
}
