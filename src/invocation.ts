import { AsyncLocalStorage } from "node:async_hooks";
import { type Cost, noCost } from "./db/client.ts";

/** One run of the Worker: a request, a batch of a queue, a run of the cron. */
export interface Invocation {
  /** What every line that it logs has in common. */
  fields: Record<string, unknown>;
  /** What its calls to D1 have cost so far. */
  cost: Cost;
  /** Lines of the log that are not written yet: see {@link holdLines}. */
  heldLines?: (() => void)[] | undefined;
}

const storage = new AsyncLocalStorage<Invocation>();

/**
 * Runs something as one invocation, so that what it logs carries its fields, and what it asks of D1 is counted, also
 * in what goes on after it has returned, such as a body that streams.
 *
 * @param fields ids and codes only.
 */
export function asInvocation<T>(fields: Record<string, unknown>, run: (invocation: Invocation) => T): T {
  const invocation = { fields, cost: noCost() };
  return storage.run(invocation, run, invocation);
}

/** Holds what the invocation logs from now on, until it is known whether what it does counts. */
export function holdLines(): { write(): void; drop(): void } {
  const invocation = currentInvocation();
  const lines: (() => void)[] = [];
  if (invocation) invocation.heldLines = lines;
  const drop = () => {
    if (invocation) invocation.heldLines = undefined;
  };
  return {
    drop,
    write() {
      drop();
      for (const line of lines) line();
    },
  };
}

/** The invocation that the caller is part of; `undefined` in commands and tests. */
export function currentInvocation(): Invocation | undefined {
  return storage.getStore();
}
