import type { ChildProcess } from "node:child_process";
import { setPriority } from "node:os";

/** Below all that is usual: 19 is the lowest. */
const LOW_PRIORITY = 15;

/** Lets the server, and what bundles each edit for it, have the processor before a process that works beside them. */
export function yieldToServer({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, LOW_PRIORITY);
  } catch {
    // It has ended, or this system has no priorities.
  }
}
