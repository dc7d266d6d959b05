import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { connect, idOf } from "../connect.ts";
import { EXIT } from "../exit-codes.ts";
import { readExport } from "../read-export.ts";
import { save } from "../save.ts";

/** `leadsy export --company <id>`. @returns the exit code. */
export async function exportCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { company: { type: "string" }, output: { type: "string" } },
  });
  const file = Readable.from(readExport(connect(), idOf("company", values.company), signal));
  if (values.output !== undefined) await save(file, values.output);
  else await pipeline(file, process.stdout, { end: false });
  return EXIT.done;
}
