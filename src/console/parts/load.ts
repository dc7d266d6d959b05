import { type Signal, useSignal, useSignalEffect } from "@preact/signals";

/** What a view waits for. */
export type Loaded<T> =
  | { state: "loading"; value: T | null }
  | { state: "ready"; value: T }
  | { state: "failed"; error: unknown; value: T | null };

/**
 * Loads what a view shows, and loads it again when a signal changes that the loader reads before its first `await`. What
 * was there before stays until then.
 *
 * @param load gets a signal that ends it when the view is left or something newer is loaded.
 */
export function useLoad<T>(load: (signal: AbortSignal) => Promise<T>): {
  loaded: Signal<Loaded<T>>;
  reload: () => void;
} {
  const loaded = useSignal<Loaded<T>>({ state: "loading", value: null });
  const round = useSignal(0);
  useSignalEffect(() => {
    round.value;
    const abort = new AbortController();
    load(abort.signal).then(
      (value) => {
        if (!abort.signal.aborted) loaded.value = { state: "ready", value };
      },
      (error) => {
        if (!abort.signal.aborted) loaded.value = { state: "failed", error, value: loaded.peek().value };
      },
    );
    return () => abort.abort();
  });
  return {
    loaded,
    reload: () => {
      round.value += 1;
    },
  };
}

/** A list that a view can do without until it is there. @param load as {@link useLoad} has it. */
export function useList<T>(load: (signal: AbortSignal) => Promise<T[]>): T[] {
  return useLoad(load).loaded.value.value ?? [];
}
