import { env } from "cloudflare:test";
import type { Around, Operation } from "./bindings.ts";
import { howMany } from "./runtime/how-many.ts";

/** Whether an operation fails before it took effect, or after. */
type Moment = "before" | "after";

const MOMENTS: readonly Moment[] = ["before", "after"];

export const undisturbed: Around = (_, call) => call();

/**
 * Lets one operation of a run fail; `failed` is that operation once the run has come to it.
 *
 * @param at how many of those that count come before it.
 * @param counts which operations count.
 */
export function failAt(
  at: number,
  moment: Moment,
  counts: (operation: Operation) => boolean = () => true,
): { around: Around; failed(): Operation | null } {
  let index = 0;
  let failed: Operation | null = null;
  return {
    failed: () => failed,
    async around(operation, call) {
      const fails = counts(operation) && index++ === at;
      if (fails) failed = operation;
      if (fails && moment === "before") throw new Error("thrown before");
      const result = await call();
      if (fails) throw new Error("thrown after");
      return result;
    },
  };
}

/** What only reads has no effect: to fail after it is to fail before it. */
const canFail = (moment: Moment) => (operation: Operation) => moment === "before" || !operation.reads;

/** Of operations that could fail one a run, every third one does before it took effect, and every third one after. */
const STEP = howMany(3, 1);

/**
 * Repeats a run, each time with one operation later failing, until it has no operation left that could fail: how many
 * it has depends on what is cached by then. First some fail before they took effect, then some that have one after.
 *
 * @param attempt one run, from its preparation to its assertions; `what` says which operation failed.
 * @param step how many operations there are from one that fails to the next.
 * @param first the first one that fails before it took effect: tests of one kind differ in it, so that together they
 * fail each in both ways.
 * @returns how many operations a run had come to in the end, the smaller of both moments.
 */
export async function failEachOperation(
  attempt: (around: Around, what: () => string) => Promise<void>,
  step = STEP,
  first = 0,
): Promise<number> {
  const reached = [];
  for (const [order, moment] of MOMENTS.entries()) {
    for (let at = (first + order) % step; ; at += step) {
      const { around, failed } = failAt(at, moment, canFail(moment));
      let others = 0;
      const counting: Around = (operation, call) => {
        others += Number(!canFail(moment)(operation));
        return around(operation, call);
      };
      await attempt(counting, () => `${moment} ${at}: ${JSON.stringify(failed())}`);
      if (failed()) continue;
      reached.push(at + others);
      break;
    }
  }
  return Math.min(...reached);
}

/**
 * Fails chosen operations of a run before they took effect, and after where they have one: by turns, or each in both
 * ways where the step is 1.
 *
 * @param operations those of an undisturbed run.
 * @param positions which of them fail, one a run.
 * @param step how many of them there are from one that fails to the next.
 */
export async function failOperations(
  operations: readonly Operation[],
  positions: readonly number[],
  attempt: (around: Around, what: string) => Promise<void>,
  step = STEP,
): Promise<void> {
  for (const [order, moment] of MOMENTS.entries()) {
    for (const at of positions.filter((_, index) => index % step === order % step)) {
      const operation = operations[at];
      if (operation && canFail(moment)(operation))
        await attempt(failAt(at, moment).around, `${moment} ${at}`);
    }
  }
}

/** Lets operations fail now and then, before or after they took effect, and others go first. @param random 0 to 1. */
export function failSometimes(random: () => number): Around {
  return async (_, call) => {
    await turns(Math.floor(random() * 3));
    if (random() < 0.03) throw new Error("thrown before");
    const result = await call();
    await turns(Math.floor(random() * 2));
    if (random() < 0.03) throw new Error("thrown after");
    return result;
  };
}

/** Lets others go first that often: by a call, since timers fire only once all else has come to rest. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await env.FILES.head("nothing");
}
