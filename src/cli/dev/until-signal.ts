/**
 * What a command that serves ends with: aborted by Ctrl-C, by SIGTERM, or when the terminal goes away.
 *
 * The signal no longer ends the process by itself, so that what it started can be ended first. A terminated npm
 * ends its shell but not what that shell runs: so being left by it counts as a signal too.
 */
export function untilSignal(): AbortController {
  const controller = new AbortController();
  const stop = () => controller.abort();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, stop);
  if (process.env.npm_lifecycle_event) {
    const parent = process.ppid;
    setInterval(() => process.ppid !== parent && stop(), 500).unref();
  }
  return controller;
}
