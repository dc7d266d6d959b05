import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ROOT } from "../../../src/cli/root.ts";

/** What of the project `npm run dev` needs, beside its packages. */
const PARTS = ["src", "migrations", "docs", "wrangler.toml", "package.json", "tsconfig.json"];
const PATIENCE_MS = 60_000;
/** How much of the terminal a failure shows, in characters. */
const SHOWN = 3000;

/** `npm run dev` of a copy of the project, whose files can be edited. */
export interface DevServer {
  url: string;
  /** Changes a text in a file of the copy, by its path there. */
  edit(file: string, from: string, to: string): void;
  /** Writes a file of the copy. */
  write(file: string, text: string): void;
  /** Waits for what is written to the terminal. @param from how much of the output is passed over. */
  said(pattern: RegExp, from?: number): Promise<void>;
  /** How much was written so far. */
  written(): number;
  stop(): Promise<void>;
}

/**
 * Copies the project, without its tests, and starts `npm run dev` there.
 *
 * @param folder an empty one.
 * @param port where it listens.
 * @param args more arguments, as they are typed.
 * @param include what types are checked of, as tsconfig.json has it; all of the sources by default.
 * @throws with the output, where it does not start within a minute.
 */
export async function startDevServer(
  folder: string,
  port: number,
  args: string[] = [],
  include = ["src"],
): Promise<DevServer> {
  for (const part of PARTS) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  renameSync(join(folder, "tsconfig.json"), join(folder, "tsconfig.all.json"));
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ extends: "./tsconfig.all.json", include }));

  const child = spawn(process.execPath, [join(folder, "src/cli/dev.ts"), "--port", String(port), ...args], {
    cwd: folder,
    detached: true,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const said = async (pattern: RegExp, from = 0) => {
    const start = Date.now();
    while (!pattern.test(output.slice(from))) {
      if (child.exitCode !== null || Date.now() - start > PATIENCE_MS) {
        throw new Error(`${pattern} is not in the terminal:\n${output.slice(-SHOWN)}`);
      }
      await sleep(20);
    }
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    await said(/Leadsy answers at/);
  } catch (error) {
    await end(child);
    throw error;
  }
  return {
    url,
    said,
    written: () => output.length,
    write: (file, text) => writeFileSync(join(folder, file), text),
    edit(file, from, to) {
      const path = join(folder, file);
      const text = readFileSync(path, "utf8");
      if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
      writeFileSync(path, text.replace(from, to));
    },
    stop: () => end(child),
  };
}

/** Ends a process as Ctrl-C does, and what is left of its group. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode === null) {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGINT");
    await ended;
  }
  try {
    if (child.pid) process.kill(-child.pid, "SIGKILL");
  } catch {
    // Nothing is left of it.
  }
}

/** Asks for an address until its answer has a text in it. @returns how long that took, in milliseconds. */
export async function untilAnswered(url: string, text: string): Promise<number> {
  const start = performance.now();
  for (;;) {
    const answer = await fetch(url).then(
      (response) => response.text(),
      () => "",
    );
    if (answer.includes(text)) return performance.now() - start;
    if (performance.now() - start > PATIENCE_MS) throw new Error(`${url} does not answer ${text}`);
    await sleep(20);
  }
}
