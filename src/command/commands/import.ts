import { parseArgs } from "node:util";
import { type ImportFields, type ImportFile, importFile, startImport } from "../../client/index.ts";
import { connect, idOf } from "../connect.ts";
import { EXIT, exitCodeOf, UsageError } from "../exit-codes.ts";
import { readInput } from "../read-input.ts";
import { showEnd, showProgress, showStart } from "../show/show-import.ts";
import { isTerminal, writeLine } from "../show/write.ts";

/** `leadsy import <file>`. @returns the exit code. */
export async function importCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      company: { type: "string" },
      campaign: { type: "string" },
      "on-duplicate": { type: "string" },
      "match-by": { type: "string" },
      mapping: { type: "string" },
      "dry-run": { type: "boolean", default: false },
      watch: { type: "boolean", default: false },
    },
  });
  const [path, ...more] = positionals;
  if (!path || more.length > 0) throw new UsageError("Say which file: leadsy import leads.csv --company 7");
  const fields = fieldsOf(values);
  const client = connect();
  const { file, ...name } = await readInput(path);
  let code: string | null = null;
  const onStart = (begun: ImportFile) => {
    code = begun.import_code;
    showStart(begun);
  };
  const options = { ...fields, ...name, onProgress: showProgress(), onStart, signal };
  if (!values.watch) {
    await startImport(client, file, options);
    if (isTerminal()) writeLine("  --watch waits for its end.");
    return EXIT.done;
  }
  try {
    const done = await importFile(client, file, options);
    showEnd(done);
    return exitCodeOf(done);
  } catch (error) {
    if (code)
      process.stderr.write(`\n${code} goes on without being watched. To take it back: leadsy undo ${code}\n`);
    throw error;
  }
}

interface Values {
  company?: string;
  campaign?: string;
  "on-duplicate"?: string;
  "match-by"?: string;
  mapping?: string;
  "dry-run": boolean;
}

/** The fields that were given; the API checks what they say. */
function fieldsOf(values: Values): ImportFields {
  const { campaign, mapping, "match-by": keys, "on-duplicate": onDuplicate } = values;
  return {
    company_id: idOf("company", values.company),
    ...(campaign !== undefined && { campaign_id: idOf("campaign", campaign) }),
    ...(onDuplicate !== undefined && {
      on_duplicate: onDuplicate as NonNullable<ImportFields["on_duplicate"]>,
    }),
    ...(keys !== undefined && { match_by: keys.split(",") as NonNullable<ImportFields["match_by"]> }),
    ...(mapping !== undefined && { mapping: jsonOf(mapping) }),
    ...(values["dry-run"] && { dry_run: true }),
  };
}

function jsonOf(mapping: string): Record<string, unknown> {
  try {
    return JSON.parse(mapping) as Record<string, unknown>;
  } catch {
    throw new UsageError(`--mapping is no JSON: write it like {"Correo": "email"}.`);
  }
}
