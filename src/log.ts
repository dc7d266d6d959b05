import { DrizzleQueryError } from "drizzle-orm";
import type { Cost } from "./db/client.ts";
import { currentInvocation } from "./invocation.ts";

/**
 * Writes one line of JSON for the operator of the installation, with the ids of the request or the message that is
 * being worked on.
 *
 * Nothing of a person's data belongs in here: ids and codes only.
 */
export function log(level: "info" | "error", event: string, details: Record<string, unknown> = {}): void {
  const invocation = currentInvocation();
  const line = JSON.stringify({ event, ...invocation?.fields, ...details });
  // biome-ignore lint/suspicious/noConsole: the console is where a Worker's log goes.
  const write = () => console[level](line);
  if (invocation?.heldLines) invocation.heldLines.push(write);
  else write();
}

/** An error as it may be logged: its kind, message and stack, and of a failed query not what was bound to it. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: typeof error };
  const stack = error.stack?.split("\n").filter((line) => /^\s+at /.test(line));
  if (error instanceof DrizzleQueryError) {
    return { error: "failed query", query: error.query, cause: error.cause?.message, stack };
  }
  // What cannot be parsed is quoted in the message.
  if (error instanceof SyntaxError) return { error: error.name, stack };
  const cause = error.cause instanceof Error ? error.cause.message : undefined;
  return { error: error.name, message: error.message, ...(cause && { cause }), stack };
}

/** Whether each request, batch of a queue and run of the cron has a line: a broken configuration has them as well. */
export function logsRequests(env: Env): boolean {
  return env.LOG_REQUESTS !== "off";
}

/** What was asked of D1, as a line of the log has it. */
export function costFields(cost: Cost): Record<string, number> {
  return {
    d1_calls: cost.calls,
    d1_statements: cost.statements,
    d1_ms: cost.milliseconds,
    rows_read: cost.rowsRead,
    rows_written: cost.rowsWritten,
    uncounted_statements: cost.uncounted,
    retries: cost.retries,
  };
}
