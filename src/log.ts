import { DrizzleQueryError } from "drizzle-orm";

/**
 * Writes one line of JSON for the operator of the installation.
 *
 * Nothing of a person's data belongs in here: ids and codes only.
 */
export function log(level: "info" | "error", event: string, details: Record<string, unknown> = {}): void {
  // biome-ignore lint/suspicious/noConsole: the console is where a Worker's log goes.
  console[level](JSON.stringify({ event, ...details }));
}

/** An error as it may be logged: its kind, message and stack, and of a failed query not what was bound to it. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: typeof error };
  const stack = error.stack?.split("\n").filter((line) => /^\s+at /.test(line));
  if (error instanceof DrizzleQueryError) {
    return { error: "failed query", query: error.query, cause: error.cause?.message, stack };
  }
  const cause = error.cause instanceof Error ? error.cause.message : undefined;
  return { error: error.name, message: error.message, ...(cause && { cause }), stack };
}
