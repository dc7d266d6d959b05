/**
 * Lets everything else that waits in this isolate go first: awaiting D1 and R2 alone would starve it.
 *
 * @param milliseconds how long it has for that at least.
 */
export function aMacrotask(milliseconds = 0): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
