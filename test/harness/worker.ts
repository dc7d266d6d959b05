import { readdirSync, readFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions as optionsOf } from "wrangler";
import { generateSecrets } from "../../src/cli/config/secrets.ts";
import { LOCAL_ONLY } from "../../src/cli/config/wrangler.ts";
import { migrate } from "../../src/cli/dev/migrate.ts";
import { ROOT } from "../../src/cli/root.ts";
import { seed } from "../../src/cli/seed/seed.ts";
import { leadStores } from "../../src/db/bindings.ts";
import { provisionStore } from "../../src/db/leads/provision.ts";

export interface WorkerOptions {
  /** The path of the Worker, as `buildWorker` left it. */
  script: string;
  /** Another Worker with the same bindings, but for queues and cron. */
  beside?: string;
  /** Keeps databases, files and keys; a second start there goes on where the first one ended. */
  folder: string;
  /** Variables that differ from wrangler.toml's. */
  vars?: Record<string, string>;
  /** The most that V8 may hold in one isolate, in MiB; unlimited by default. */
  heap?: number;
  /** Whether the files of the build are served, as `npm run build` left them. */
  assets?: boolean;
  /** Whether isolates can be looked into, and told to collect their garbage. */
  inspector?: boolean;
}

export interface RunningWorker {
  /** Where the Worker itself listens, without a proxy before it. */
  url: string;
  /** Where the Worker beside it listens, if there is one. */
  besideUrl: string | null;
  pid: number;
  /** Where the Worker's isolate answers the protocol of Chrome's DevTools. */
  inspectorUrl: string | null;
  /** The Worker's bindings, to look into its databases and files. */
  env: Env;
  /** Runs the Worker's cron. */
  runCron(): Promise<void>;
  /** The most memory that workerd ever had resident, in bytes. */
  peakMemory(): number;
  /** How long workerd has kept processors busy so far, in seconds. */
  processorTime(): number;
  /** Ends workerd with SIGKILL in the middle of whatever it does. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** No limit that a test could reach. */
const UNLIMITED = { limit: 1_000_000_000, period: 60 as const };

/**
 * Starts a built Worker on workerd with the bindings of wrangler.toml, on 127.0.0.1; its databases are migrated
 * and hold the demo data.
 *
 * Without `assets` there is no asset server; nothing is rate-limited, and requests are not logged.
 */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { script, beside, folder, vars = {}, heap, assets = false, inspector = false } = options;
  await mkdir(folder, { recursive: true });
  Object.assign(process.env, LOCAL_ONLY);
  // Miniflare takes V8's flags from nowhere else.
  process.env.MINIFLARE_WORKERD_V8_FLAGS = [
    ...(heap === undefined ? [] : [`--max-old-space-size=${heap}`]),
    ...(inspector ? ["--expose-gc"] : []),
  ].join(" ");
  const before = workerds();

  const bindings = bindingsOf({ ...(await keptSecrets(folder)), ...vars }, assets);
  const withoutTriggers = { ...bindings, queueConsumers: {}, cronTriggers: [] };
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      cf: false,
      log: new Log(LogLevel.ERROR),
      resourcePersistencePath: join(folder, "state"),
      unsafeTriggerHandlers: true,
      ...(inspector && { inspectorPort: 0 }),
      workers: [
        { ...bindings, ...sourceOf(script), name: "leadsy" },
        ...(beside ? [{ ...withoutTriggers, ...sourceOf(beside), name: "beside" }] : []),
      ],
    }),
  );
  await miniflare.ready;
  const pid = workerds().find((candidate) => !before.includes(candidate));
  if (pid === undefined) throw new Error("workerd is not among the processes");
  const env = await miniflare.getBindings<Env>();
  await prepare(env);

  return {
    url: (await miniflare.unsafeGetDirectURL("leadsy")).origin,
    besideUrl: beside ? (await miniflare.unsafeGetDirectURL("beside")).origin : null,
    pid,
    inspectorUrl: inspector ? new URL("./core:user:leadsy", await miniflare.getInspectorURL()).href : null,
    env,
    async runCron() {
      const answer = await miniflare.dispatchFetch("http://localhost/cdn-cgi/local/scheduled");
      if (!answer.ok) throw new Error(`the cron answered ${answer.status}: ${await answer.text()}`);
    },
    peakMemory: () => peakMemory(pid),
    processorTime: () => processorTime(pid),
    async kill() {
      process.kill(pid, "SIGKILL");
      await miniflare.dispose();
    },
    stop: () => miniflare.dispose(),
  };
}

/** The bindings of wrangler.toml for Miniflare, with other values for some variables. */
function bindingsOf(vars: Record<string, string>, withAssets: boolean) {
  const { modulesRules: _rules, assets, ...options } = optionsOf(join(ROOT, "wrangler.toml")).workerOptions;
  const limits = Object.entries(options.ratelimits ?? {});
  return {
    ...options,
    ...(withAssets && { assets: Object(assets) }),
    bindings: { ...Object(options.bindings), LOG_REQUESTS: "off", ...vars },
    ratelimits: Object.fromEntries(limits.map(([name, limit]) => [name, { ...limit, simple: UNLIMITED }])),
    unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
  };
}

function sourceOf(script: string) {
  return { modules: true as const, rootPath: dirname(script), scriptPath: script };
}

async function prepare(env: Env): Promise<void> {
  await migrate(env.DIRECTORY, join(ROOT, "migrations/directory"));
  for (const [number, store] of leadStores(env).entries()) {
    await migrate(store, join(ROOT, "migrations/leads"));
    await provisionStore(store, number);
  }
  await seed(env, Date.now());
}

/** The secrets of a folder, made at its first start: tokens outlive a restart. */
async function keptSecrets(folder: string): Promise<Record<string, string>> {
  const file = join(folder, "secrets.json");
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch {
    const secrets = await generateSecrets();
    await writeFile(file, JSON.stringify(secrets));
    return secrets;
  }
}

/** The processes of workerd that this process started. */
function workerds(): number[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.filter(isOurs).map(Number);
}

function isOurs(pid: string): boolean {
  try {
    // "pid (command) state parent …", proc_pid_stat(5)
    const [, command, parent] = /\((.*)\) \S+ (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    return command === "workerd" && Number(parent) === process.pid;
  } catch {
    return false;
  }
}

/** In /proc it is counted in hundredths of a second. @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function processorTime(pid: number): number {
  const [, user, system] =
    /\) \S(?: -?\d+){10} (\d+) (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
  return (Number(user) + Number(system)) / 100;
}

function peakMemory(pid: number): number {
  const kibibytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kibibytes) * 1024;
}
