import { type Signal, useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";

/** What a person has asked for, and what became of it. */
export interface Doing {
  isDoing: Signal<boolean>;
  /** Why it did not work; `null` where nothing is wrong. */
  problem: Signal<unknown>;
  /** Does it, one thing at a time: what is asked for meanwhile is not done. */
  run(what: () => Promise<void>): Promise<void>;
}

/** Does what a person asks for, and keeps what was wrong with it for a notice. */
export function useDoing(): Doing {
  const isDoing = useSignal(false);
  const problem = useSignal<unknown>(null);
  const run = async (what: () => Promise<void>) => {
    if (isDoing.peek()) return;
    isDoing.value = true;
    problem.value = null;
    try {
      await what();
    } catch (error) {
      problem.value = error;
    }
    isDoing.value = false;
  };
  return { isDoing, problem, run };
}

/**
 * Keys for requests that create something: the same for the same content until that has worked.
 *
 * @returns `keyOf` a request's content, and `renew` for when it has worked.
 */
export function useIdempotencyKey(): { keyOf: (content: object) => string; renew: () => void } {
  const last = useRef<{ text: string; key: string } | null>(null);
  return {
    keyOf(content) {
      const text = JSON.stringify(content);
      if (last.current?.text !== text) last.current = { text, key: crypto.randomUUID() };
      return last.current.key;
    },
    renew() {
      last.current = null;
    },
  };
}
