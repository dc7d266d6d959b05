import { randomUUID } from "node:crypto";
import { parseArgs } from "node:util";
import { errorOf, followImport } from "../../client/index.ts";
import { codeOf, connect } from "../connect.ts";
import { EXIT } from "../exit-codes.ts";
import { isTerminal, writeJson, writeLine } from "../show/write.ts";

/** `leadsy undo <import code>`: waits until it is taken back. @returns the exit code. */
export async function undoCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { "spare-later": { type: "boolean", default: false } },
  });
  const import_code = codeOf(positionals);
  const client = connect();
  const { error, response } = await client.POST("/import/{import_code}/undo", {
    params: {
      path: { import_code },
      header: { "Idempotency-Key": randomUUID() },
      query: values["spare-later"] ? { later_imports: "spare" } : {},
    },
    signal,
  });
  if (!response.ok) throw errorOf(response, error);
  const done = await followImport(client, import_code, { signal });
  if (!isTerminal()) writeJson({ step: "undo", import_file: done });
  else {
    const spared = done.undo?.spared_file
      ? `\n  Spared, since somebody changed them: ${done.undo.spared_file}`
      : "";
    writeLine(`\n  ${import_code} ${done.status_name}${spared}`);
  }
  return EXIT.done;
}
