import { openDatabases } from "../db/clients.ts";
import { QUEUES } from "../jobs/message.ts";
import { askFiles, askQueue, readConfiguration } from "./bindings.ts";
import { type Check, check } from "./check.ts";
import { askDirectory, askStore } from "./databases.ts";

/** Whether the installation can serve. */
export interface Readiness {
  /** `degraded`: everything answers, and somebody should look at something. */
  status: "ready" | "degraded" | "unavailable";
  checkedAt: string;
  checks: Check[];
}

/** How long a binding may take; somewhat more than the door to D1 gives a probe. */
const TIME_LIMIT_MS = 4_000;
/** Asked more often, an isolate answers with what it knows: the question can never become a load. */
const KEPT_MS = 10_000;
/** How often a request looks whether another one has the result. */
const POLL_MS = 50;

/** What an isolate knows. Only results are shared: what another request waits for ends when its client goes away. */
interface Known {
  readiness: Readiness | null;
  askedAt: number;
  /** Since when a request is asking; 0 where none is. */
  askingSince: number;
}

const known = new WeakMap<Env, Known>();

/** Asks every binding, at most once in ten seconds an isolate. */
export async function readinessOf(env: Env): Promise<Readiness> {
  const last = known.get(env) ?? { readiness: null, askedAt: 0, askingSince: 0 };
  known.set(env, last);
  for (;;) {
    const now = Date.now();
    if (last.readiness && now - last.askedAt < KEPT_MS) return last.readiness;
    if (now - last.askingSince > TIME_LIMIT_MS + POLL_MS) break;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  last.askingSince = Date.now();
  last.readiness = await ask(env, last.askingSince);
  last.askedAt = Date.now();
  last.askingSince = 0;
  return last.readiness;
}

async function ask(env: Env, now: number): Promise<Readiness> {
  const databases = openDatabases(env, { for: "probe" });
  const checks = await Promise.all([
    check("configuration", TIME_LIMIT_MS, () => readConfiguration(env)),
    check("directory", TIME_LIMIT_MS, () => askDirectory(databases.directoryClient, now)),
    ...Array.from({ length: databases.stores }, (_, store) =>
      check(`leads_${store}`, TIME_LIMIT_MS, () => askStore(databases.leads(store), now)),
    ),
    check("files", TIME_LIMIT_MS, () => askFiles(env)),
    ...QUEUES.map((name) =>
      check(`queue_${name.toLowerCase()}`, TIME_LIMIT_MS, () => askQueue(env[name], now)),
    ),
  ]);
  const has = (status: Check["status"]) => checks.some((one) => one.status === status);
  return {
    status: has("down") ? "unavailable" : has("warning") ? "degraded" : "ready",
    checkedAt: new Date(now).toISOString(),
    checks,
  };
}
