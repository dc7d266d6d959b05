import type { ChildProcess } from "node:child_process";
import { createServer } from "node:net";
import { join, resolve as resolvePath } from "node:path";
import { spawnWrangler } from "../config/wrangler.ts";
import { ROOT } from "../root.ts";
import { ASSETS_BESIDE, buildAssets } from "./assets.ts";
import { claim } from "./claim.ts";
import { writeDevVars } from "./dev-vars.ts";
import type { Renamed } from "./migrate.ts";
import { prepare } from "./prepare.ts";

export const DEFAULT_PORT = 8787;

const HOST = "127.0.0.1";
const CRON_EVERY = 30_000;
const STOP_WITHIN = 5_000;
/** Run by wrangler's own process: it ends as well where this one is killed outright. */
const END_WITH_PARENT = `data:text/javascript,${encodeURIComponent(
  'process.on("disconnect", () => process.kill(process.pid, "SIGTERM"))',
)}`;

export interface Server {
  url: string;
  /** Resolves with wrangler's exit code when the server has ended, for whatever reason. */
  ended: Promise<number>;
  /**
   * Applies the migrations that are new, and serves on. Two workerd cannot have the same databases, so that the server
   * is away meanwhile. What cannot be applied is said, and is not there.
   *
   * @param renamed migrations that have another name since they were applied.
   */
  migrate(renamed: Renamed[]): Promise<void>;
}

export interface ServerOptions {
  port?: number | undefined;
  /** The address to listen at; 127.0.0.1 where it isn't given, which nobody else reaches. */
  ip?: string | undefined;
  /** Where a debugger connects; a free one where it isn't given. */
  inspectorPort?: string | undefined;
  /** The folder for all state, relative to the present one; `.wrangler/state` where it isn't given. */
  persistTo?: string | undefined;
  /** More arguments for `wrangler dev`. */
  args?: string[];
  /** Ends the server, and its workerd with it. */
  signal: AbortSignal;
  /** What wrangler and the Worker write once the server is up, and before where it does not come up. */
  onOutput?: (text: string) => void;
  /** What was done on the way, for a person. */
  onStep?: (text: string) => void;
}

/**
 * Starts the API on this machine: secrets, migrations, demo data, then `wrangler dev` on 127.0.0.1, and a tick of
 * the cron every half a minute, since a local Worker has none: that is how an import goes on after a restart.
 *
 * @returns once it answers.
 * @throws where the port or the state is taken, the Worker does not start, or the signal came first.
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { port = DEFAULT_PORT, ip = HOST, inspectorPort = "0", args = [] } = options;
  const { signal, onOutput = () => {}, onStep = () => {} } = options;
  const state = options.persistTo ? resolvePath(options.persistTo) : join(ROOT, ".wrangler/state");
  await demandFree(port, ip);
  const release = claim(state);
  if (await writeDevVars()) onStep("Wrote .dev.vars with fresh secrets.");
  const [applied, problem] = await Promise.all([prepare(state), buildAssets()]);
  if (applied > 0) onStep(`Applied ${applied} migrations.`);
  if (problem) onStep(problem);
  signal.throwIfAborted();

  const start = () =>
    spawnWrangler(
      [
        ...["dev", "--ip", ip, "--port", String(port), "--inspector-port", inspectorPort],
        ...["--persist-to", state, "--show-interactive-dev-session", "false", ...args],
      ],
      {
        stdio: ["ignore", "pipe", "pipe", "ipc"],
        // A process group of its own: Ctrl-C reaches it once, and what it leaves can be ended with it.
        detached: true,
        // A registry of its own: two servers at once must not take each other for the same Worker.
        env: { WRANGLER_REGISTRY_PATH: join(state, "registry"), ...ASSETS_BESIDE },
        nodeArgs: ["--import", END_WITH_PARENT],
      },
    );
  let child = start();
  let exited = exitOf(child);
  let migrating: Promise<void> = Promise.resolve();
  const ended = (async () => {
    for (;;) {
      const current = child;
      const code = await exited;
      await migrating;
      if (child !== current) continue;
      release();
      return code;
    }
  })();
  signal.addEventListener("abort", () => end(child, exited));
  const url = `http://${addressFor(ip)}:${port}`;
  const show = holdBack(child, onOutput);
  const up = await Promise.race([answers(url), exited.then(() => false)]);
  show(up);
  signal.throwIfAborted();
  if (!up) throw new Error("The API did not start.");
  const cron = setInterval(
    () => fetch(`${url}/cdn-cgi/handler/scheduled?cron=*+*+*+*+*`).catch(() => {}),
    CRON_EVERY,
  );
  ended.finally(() => clearInterval(cron));

  const migrateNow = async (renamed: Renamed[]) => {
    if (signal.aborted) return;
    await end(child, exited);
    try {
      await prepare(state, renamed);
    } catch (error) {
      onStep(
        `${(error as Error).message}\nThe database is as it was: mend the migration, or start afresh without .wrangler/state.`,
      );
    }
    if (signal.aborted) return;
    child = start();
    exited = exitOf(child);
    holdBack(child, onOutput)(true);
    await Promise.race([answers(url), exited]);
    onStep(`Leadsy answers again at ${url}`);
  };
  return {
    url,
    ended,
    migrate(renamed) {
      migrating = migrating.then(() => migrateNow(renamed));
      return migrating;
    },
  };
}

/** The exit code of a wrangler, once it has ended with all that it started. */
function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.on("exit", (code) => {
      endGroup(child);
      resolve(code ?? 1);
    });
  });
}

/** Where this machine reaches a server that listens at an address. */
function addressFor(ip: string): string {
  if (["0.0.0.0", "::", "*"].includes(ip)) return HOST;
  return ip.includes(":") ? `[${ip}]` : ip;
}

/** @throws where something listens on the port already. */
function demandFree(port: number, ip: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => {
      const taken = error.code === "EADDRINUSE";
      reject(
        taken
          ? new Error(`Port ${port} is taken: end what runs there, or choose another with --port.`)
          : error,
      );
    });
    probe.listen(port, ip, () => probe.close(() => resolve()));
  });
}

/** Waits until the Worker answers, however: a wrangler that is still starting accepts nothing. */
async function answers(url: string): Promise<true> {
  for (;;) {
    try {
      await fetch(`${url}/health`);
      return true;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/**
 * Keeps wrangler's long list of bindings from the screen: what comes before the server is up is shown only when
 * it does not come up.
 *
 * @returns to be called with whether the server is up.
 */
function holdBack(child: ChildProcess, onOutput: (text: string) => void): (up: boolean) => void {
  let held: string[] | null = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => (held ? held.push(text) : onOutput(text)));
  }
  return (up) => {
    if (!up) for (const text of held ?? []) onOutput(text);
    held = null;
  };
}

/** Asks wrangler to end, and makes it after a while. */
async function end(child: ChildProcess, ended: Promise<number>): Promise<void> {
  child.kill("SIGTERM");
  const timer = setTimeout(() => endGroup(child), STOP_WITHIN);
  await ended;
  clearTimeout(timer);
}

/** Ends what is left of wrangler and its workerd at once. */
function endGroup(child: ChildProcess): void {
  try {
    if (child.pid) process.kill(-child.pid, "SIGKILL");
  } catch {
    // Nothing is left.
  }
}
