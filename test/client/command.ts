import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { ROOT } from "../../src/cli/root.ts";
import type { ImportFile } from "../../src/client/index.ts";
import type { ApiParty } from "./api-party.ts";

/** What a run of the command line has said. */
interface Said {
  code: number | null;
  text: string;
  /** Its lines of JSON. */
  lines: { import_file: Partial<ImportFile>; line?: number }[];
  problem: string;
}

/** Runs `leadsy` in a pipe, as a script does. */
export function command(api: ApiParty, args: string[]): Promise<Said> {
  return runScript(api, join(ROOT, "src/command/leadsy.ts"), args);
}

/** Runs a script in Node that is told where the API is, and who asks. */
export async function runScript({ worker, token }: ApiParty, script: string, args: string[]): Promise<Said> {
  const run = spawn(process.execPath, [script, ...args], {
    env: { ...process.env, LEADSY_URL: worker.url, LEADSY_KEY: token },
  });
  const [out, problem, [code]] = await Promise.all([text(run.stdout), text(run.stderr), once(run, "exit")]);
  const lines = out.split("\n").filter((line) => line.startsWith("{"));
  return { code, text: out, lines: lines.map((line) => JSON.parse(line)), problem };
}
