/** Lets everything else that waits in this isolate go first: awaiting D1 and R2 alone would starve it. */
export function aMacrotask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
