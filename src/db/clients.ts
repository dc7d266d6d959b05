import { drizzle } from "drizzle-orm/d1";
import { currentInvocation } from "../invocation.ts";
import { directoryBinding, leadStores } from "./bindings.ts";
import { StatementBudget } from "./budget.ts";
import { CallTimer } from "./call-timer.ts";
import { type Cost, createClient, JOB_CALLS, noCost, PROBE_CALLS, REQUEST_CALLS } from "./client.ts";

export type DirectoryDb = ReturnType<typeof openDirectory>;
export type LeadsDb = ReturnType<typeof openLeads>;

/** The databases that one invocation touches: a request, or a step of a job. */
export interface Databases {
  readonly directory: DirectoryDb;
  /** The same without drizzle around it, for queries that are compiled once. */
  readonly directoryClient: D1Database;
  /** The directory's primary: what a request may do is never asked of a replica that lags behind. */
  readonly primaryDirectoryClient: D1Database;
  /** @throws where no such store is bound: a company names a store that the installation lacks. */
  leads(store: number): D1Database;
  /** The same store's primary. */
  primaryLeads(store: number): D1Database;
  /** How many lead stores there are. */
  stores: number;
  /** What is left of the statements that the invocation may send. */
  budget: StatementBudget;
  /** What the invocation has cost so far. */
  cost: Cost;
  /** What a client sends back to read at least the state that it has seen. */
  bookmarks(): string;
  /** Stops the timer of its calls, unless one still waits: for the end of a request. */
  stopTimer(): void;
  /** From now on writes are errors, for a request that may be answered by a second run. */
  refuseWrites(): void;
  /** The same databases as if nothing had been read yet: what was seen is not in their bookmarks. */
  reopen(): Databases;
}

/**
 * Who the databases are opened for: a request that reads, one that writes, a job, which sees what is newest, or a
 * probe, which asks whether they answer.
 */
export type Purpose = { for: "read" | "write"; bookmark?: string | undefined } | { for: "job" | "probe" };

const POLICIES = { read: REQUEST_CALLS, write: REQUEST_CALLS, job: JOB_CALLS, probe: PROBE_CALLS };

const NAMES = /^(directory|leads_\d{1,4})=([0-9a-f-]{1,200})$/;
/** No installation has so many stores that an honest bookmark is longer. */
const BOOKMARK_CHARACTERS = 8192;

/**
 * Opens the databases for one invocation: the only door to D1.
 *
 * @param purpose its `bookmark` is the `X-D1-Bookmark` of an earlier answer; parts that make no sense are ignored.
 * @see https://developers.cloudflare.com/d1/best-practices/read-replication/
 */
export function openDatabases(env: Env, purpose: Purpose): Databases {
  return connect(env, purpose, new StatementBudget(), { readOnly: false });
}

function connect(
  env: Env,
  purpose: Purpose,
  budget: StatementBudget,
  access: { readOnly: boolean },
): Databases {
  const seen = readBookmark("bookmark" in purpose ? purpose.bookmark : undefined);
  const cost = currentInvocation()?.cost ?? noCost();
  const timer = new CallTimer();
  const context = { policy: POLICIES[purpose.for], budget, cost, timer, access };
  const sessions = new Map<string, D1DatabaseSession>();
  const clients = new Map<string, D1Database>();

  const open = (name: string, binding: D1Database, primary: boolean): D1Database => {
    const key = primary && purpose.for === "read" ? `primary ${name}` : name;
    let client = clients.get(key);
    if (!client) {
      client = createClient(session(name, key, binding), { database: name, ...context });
      clients.set(key, client);
    }
    return client;
  };
  const session = (name: string, key: string, binding: D1Database) => {
    if (purpose.for === "job" || purpose.for === "probe") return binding;
    const reads = key === name && purpose.for === "read";
    const opened = binding.withSession(reads ? (seen.get(name) ?? "first-unconstrained") : "first-primary");
    sessions.set(key, opened);
    return opened;
  };

  const bound = leadStores(env);
  const openStore = (store: number, primary: boolean): D1Database => {
    const binding = bound[store];
    if (!binding) throw new Error(`lead store ${store} is not bound`);
    return open(`leads_${store}`, binding, primary);
  };
  let directory: DirectoryDb | undefined;
  return {
    get directory() {
      directory ??= openDirectory(this.directoryClient);
      return directory;
    },
    get directoryClient() {
      return open("directory", directoryBinding(env), false);
    },
    get primaryDirectoryClient() {
      return open("directory", directoryBinding(env), true);
    },
    leads: (store) => openStore(store, false),
    primaryLeads: (store) => openStore(store, true),
    stores: bound.length,
    budget,
    cost,
    bookmarks() {
      for (const [key, one] of sessions) {
        const now = one.getBookmark();
        const name = key.replace("primary ", "");
        // Bookmarks of one database sort as their states do.
        if (now && now > (seen.get(name) ?? "")) seen.set(name, now);
      }
      return [...seen].map(([name, value]) => `${name}=${value}`).join(",");
    },
    stopTimer: () => timer.stop(),
    refuseWrites() {
      access.readOnly = true;
    },
    reopen: () => connect(env, purpose, budget, access),
  };
}

function readBookmark(bookmark = ""): Map<string, string> {
  const seen = new Map<string, string>();
  if (bookmark.length > BOOKMARK_CHARACTERS) return seen;
  for (const part of bookmark.split(",")) {
    const [, name, value] = NAMES.exec(part.trim()) ?? [];
    if (name && value) seen.set(name, value);
  }
  return seen;
}

/** Writes SQL without a database behind it, for queries that are compiled once. */
export const queryBuilder = drizzle({} as D1Database);

/** Drizzle around the directory's client. */
export function openDirectory(database: D1Database) {
  return drizzle(database);
}

/** Drizzle around a lead store's client. */
export function openLeads(database: D1Database) {
  return drizzle(database);
}
