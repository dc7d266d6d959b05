import { asInvocation } from "../invocation.ts";
import { costFields, log, logsRequests } from "../log.ts";

/**
 * Runs a batch of a queue, or a run of the cron, and logs a line for it: how long it took and what it cost.
 *
 * @param fields what every line that is logged meanwhile has in common: ids and codes.
 * @param run may add to the details of that one line.
 */
export function logStep(
  env: Env,
  event: string,
  fields: Record<string, unknown>,
  run: (details: Record<string, unknown>) => Promise<void>,
): Promise<void> {
  return asInvocation(fields, async ({ cost }) => {
    const startedAt = Date.now();
    const details: Record<string, unknown> = { failed: true };
    try {
      await run(details);
      delete details.failed;
    } finally {
      if (logsRequests(env)) {
        log("info", event, { ...details, ms: Date.now() - startedAt, ...costFields(cost) });
      }
    }
  });
}
