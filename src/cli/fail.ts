/** Ends a command that cannot do its work: what is wrong on standard error, and exit code 1. */
export function exitWithError(error: unknown): never {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
