#!/usr/bin/env node
import { LeadsyError } from "../client/index.ts";
import { errorsCommand } from "./commands/errors.ts";
import { exportCommand } from "./commands/export.ts";
import { importCommand } from "./commands/import.ts";
import { undoCommand } from "./commands/undo.ts";
import { EXIT, UsageError } from "./exit-codes.ts";
import { HELP } from "./help.ts";
import { version } from "./version.ts";

/** `leadsy`: the command line for those who use an installation of the API; see `leadsy help`. */

const COMMANDS: Record<string, (args: string[], signal: AbortSignal) => Promise<number>> = {
  import: importCommand,
  errors: errorsCommand,
  undo: undoCommand,
  export: exportCommand,
};

const [name = "help", ...args] = process.argv.slice(2);
const ending = new AbortController();
process.once("SIGINT", () => ending.abort());
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) =>
    process.exit(isBrokenPipe(error) ? EXIT.broken_pipe : EXIT.refused),
  );
}
process.exitCode = await run(name, args);

async function run(name: string, args: string[]): Promise<number> {
  const command = COMMANDS[name];
  const asks = (...options: string[]) => [name, ...args].some((one) => options.includes(one));
  if (name === "help" || asks("--help", "-h")) return say(HELP);
  if (asks("--version")) return say(`${version()}\n`);
  if (!command) {
    process.stderr.write(`There is no command ${name}.\n\n${HELP}`);
    return EXIT.usage;
  }
  try {
    return await command(args, ending.signal);
  } catch (error) {
    if (ending.signal.aborted) return EXIT.interrupted;
    if (isBrokenPipe(error)) return EXIT.broken_pipe;
    process.stderr.write(`${explain(error)}\n`);
    return isUsage(error) ? EXIT.usage : EXIT.refused;
  }
}

function say(text: string): number {
  process.stdout.write(text);
  return EXIT.done;
}

function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EPIPE";
}

/** Whether the arguments are wrong: ours, or `parseArgs`'s. */
function isUsage(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return error instanceof UsageError || code.startsWith("ERR_PARSE_ARGS_");
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const fields = error instanceof LeadsyError ? error.errors : [];
  return [error.message, ...fields.map(({ pointer, detail }) => `  ${pointer}: ${detail}`)].join("\n");
}
