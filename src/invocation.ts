import { AsyncLocalStorage } from "node:async_hooks";
import { type Cost, noCost } from "./db/client.ts";

/** One run of the Worker: a request, a batch of a queue, a run of the cron. */
export interface Invocation {
  /** What every line that it logs has in common. */
  fields: Record<string, unknown>;
  /** What its calls to D1 have cost so far. */
  cost: Cost;
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

/** The invocation that the caller is part of; `undefined` in commands and tests. */
export function currentInvocation(): Invocation | undefined {
  return storage.getStore();
}
