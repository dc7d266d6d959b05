/**
 * Writes one line of JSON for the operator of the installation.
 *
 * Nothing of a person's data belongs in here: ids and codes only.
 */
export function log(level: "info" | "error", event: string, details: Record<string, unknown> = {}): void {
  // biome-ignore lint/suspicious/noConsole: the console is where a Worker's log goes.
  console[level](JSON.stringify({ event, ...details }));
}

/** An error as it may be logged: its kind, message and stack. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: String(error) };
  return { error: error.name, message: error.message, stack: error.stack };
}
