import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text as readAll } from "node:stream/consumers";
import { LOCAL_ONLY } from "../../src/cli/config/wrangler.ts";

/** Each shell as somebody types into it, without settings of their own. */
export const SHELLS = {
  bash: ["--norc", "--noprofile", "-i", "-s"],
  zsh: ["-f", "-i", "+o", "promptsp", "-s"],
} as const;

export type Shell = keyof typeof SHELLS;

/** Whether a shell is installed here. */
export function isInstalled(shell: Shell): boolean {
  return spawnSync(shell, ["-c", "exit 0"]).status === 0;
}

interface Session {
  cwd: string;
  /** Whether an answer that is an error makes `curl` fail. */
  strict: boolean;
  /** A folder of commands that come before those of the system. */
  commands?: string | undefined;
}

/**
 * Types text into a shell, which ends at the first command that fails.
 *
 * @returns the exit code, `null` where it did not end within two minutes, and what was printed.
 */
export async function typeInto(shell: Shell, text: string, { cwd, strict, commands }: Session) {
  const folders = [...(commands ? [commands] : []), ...(strict ? [strictCurl()] : [])];
  const child = spawn(shell, SHELLS[shell], {
    cwd,
    timeout: 110_000,
    env: {
      ...process.env,
      ...LOCAL_ONLY,
      PATH: [...folders, process.env.PATH].join(delimiter),
      ...{ PS1: "", PS2: "", PROMPT: "", HISTFILE: "" },
    },
  });
  child.stdin.end(`set -e -o pipefail\n${text}\nexit 0\n`);
  const [stdout, stderr, status] = await Promise.all([
    readAll(child.stdout),
    readAll(child.stderr),
    new Promise<number | null>((resolve) => child.on("close", resolve)),
  ]);
  return { status, stdout, stderr };
}

let folder: string | undefined;

/** A folder with a `curl` that fails where the answer is an error, so that the documents need not say so. */
function strictCurl(): string {
  if (folder) return folder;
  folder = mkdtempSync(join(tmpdir(), "leadsy-curl-"));
  const curl = execFileSync("sh", ["-c", "command -v curl"], { encoding: "utf8" }).trim();
  writeFileSync(join(folder, "curl"), `#!/bin/sh\nexec ${curl} --fail-with-body "$@"\n`);
  chmodSync(join(folder, "curl"), 0o755);
  return folder;
}
