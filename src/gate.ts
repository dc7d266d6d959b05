/** Lets through as much at a time as an isolate has space for; the rest waits its turn, first come, first served. */
export interface Gate<Key> {
  /**
   * Runs something once there is space for it: beside what has the same key, and after what came before it.
   *
   * @param weight how much of the space it takes. What is heavier than all of it runs alone.
   * @param patience how long it may wait, in milliseconds.
   * @throws what `refuse` gives where it has to wait for longer.
   */
  run<T>(key: Key, weight: number, work: () => Promise<T>, patience: number): Promise<T>;
}

interface Visitor<Key> {
  key: Key;
  weight: number;
  inside: boolean;
  /** In milliseconds since 1970. A request that breaks off says nothing more: what it holds is free then. */
  until: number;
}

/** How long somebody waits before they look again, in milliseconds. */
const PAUSE_MS = 10;
/** Who has not looked for so long is not there any more. */
const LOST_AFTER_MS = 1000;

/**
 * Opens a gate. Everybody waits by a timer of their own: a request must not wait for a promise that another request
 * resolves.
 *
 * @param options `space` for all with the same key; `longestMs` after which what is inside has surely ended;
 * `refuse` makes the error for who waited in vain.
 * @see https://developers.cloudflare.com/workers/observability/errors/#cannot-perform-io-on-behalf-of-a-different-request
 */
export function openGate<Key>({
  space,
  longestMs,
  refuse,
}: {
  space: number;
  longestMs: number;
  refuse: () => Error;
}): Gate<Key> {
  const visitors = new Set<Visitor<Key>>();

  function mayEnter(visitor: Visitor<Key>): boolean {
    const now = Date.now();
    visitor.until = now + LOST_AFTER_MS;
    visitors.add(visitor);
    let taken = 0;
    for (const other of visitors) {
      if (other.until <= now) visitors.delete(other);
      else if (other.key !== visitor.key) continue;
      else if (other.inside) taken += other.weight;
      else return other === visitor && (taken === 0 || taken + visitor.weight <= space);
    }
    return false;
  }

  return {
    async run(key, weight, work, patience) {
      const visitor = { key, weight, inside: false, until: 0 };
      const deadline = Date.now() + patience;
      try {
        while (!mayEnter(visitor)) {
          if (Date.now() >= deadline) throw refuse();
          await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        }
        visitor.inside = true;
        visitor.until = Date.now() + longestMs;
        return await work();
      } finally {
        visitors.delete(visitor);
      }
    },
  };
}
