import { Readable } from "node:stream";
import { parseArgs } from "node:util";
import { errorOf, type LeadsyClient, listErrors } from "../../client/index.ts";
import { codeOf, connect } from "../connect.ts";
import { EXIT } from "../exit-codes.ts";
import { save } from "../save.ts";
import { isTerminal, writeJson, writeLine } from "../show/write.ts";

/** `leadsy errors <import code>`. @returns the exit code. */
export async function errorsCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { output: { type: "string" } },
  });
  const code = codeOf(positionals);
  const client = connect();
  if (values.output !== undefined) {
    await downloadErrors(client, code, values.output, signal);
    return EXIT.done;
  }
  for await (const error of listErrors(client, code, signal)) {
    if (!isTerminal()) writeJson(error);
    else {
      const { line, record, column, code, reason, hint } = error;
      writeLine(
        `  line ${line ?? "?"}, record ${record}${column ? `, ${column}` : ""}  ${code}\n    ${reason}${hint ? `\n    ${hint}` : ""}`,
      );
    }
  }
  return EXIT.done;
}

/** Downloads the error file, by the link that the import has. */
async function downloadErrors(
  client: LeadsyClient,
  code: string,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const { data, error, response } = await client.GET("/import/{import_code}", {
    params: { path: { import_code: code } },
    signal,
  });
  if (!data) throw errorOf(response, error);
  const link = data.import_file.error_file;
  if (link === null) throw new Error(`No record of ${code} was rejected.`);
  const file = await fetch(link, { signal });
  if (!file.ok || !file.body) throw errorOf(file, await file.json().catch(() => null));
  await save(Readable.fromWeb(file.body as never), path);
}
