import { drizzle } from "drizzle-orm/d1";
import { leadStores } from "../env.ts";

export type DirectoryDb = ReturnType<typeof openDirectory>;
export type LeadsDb = ReturnType<typeof openLeads>;

/** The databases that one request touches, each in a D1 session of its own. */
export interface Databases {
  readonly directory: DirectoryDb;
  /** The same without drizzle around it, for queries that are compiled once. */
  readonly directoryClient: D1Database;
  /** @throws where no such store is bound: a company names a store that the installation lacks. */
  leads(store: number): D1Database;
  /** How many lead stores there are. */
  stores: number;
  /** What a client sends back to read at least the state that it has seen. */
  bookmarks(): string;
}

const NAMES = /^(directory|leads_\d+)=([0-9a-f-]{1,200})$/;

/**
 * Opens the databases for one request.
 *
 * @param bookmark the `X-D1-Bookmark` of an earlier answer, or `undefined`; parts that make no sense are passed over.
 * @param writes whether the request changes something: then it reads from the primary.
 * @see https://developers.cloudflare.com/d1/best-practices/read-replication/
 */
export function openDatabases(env: Env, bookmark: string | undefined, writes: boolean): Databases {
  const seen = new Map<string, string>();
  for (const part of bookmark?.split(",") ?? []) {
    const [, name, value] = NAMES.exec(part.trim()) ?? [];
    if (name && value) seen.set(name, value);
  }
  const sessions = new Map<string, D1DatabaseSession>();
  // A session has the two methods that are called here, `prepare` and `batch`.
  const session = (name: string, database: D1Database): D1Database => {
    let opened = sessions.get(name);
    if (!opened) {
      opened = database.withSession(seen.get(name) ?? (writes ? "first-primary" : "first-unconstrained"));
      sessions.set(name, opened);
    }
    return opened as unknown as D1Database;
  };
  const bound = leadStores(env);
  let directory: DirectoryDb | undefined;
  return {
    get directory() {
      directory ??= openDirectory(this.directoryClient);
      return directory;
    },
    get directoryClient() {
      return session("directory", env.DIRECTORY);
    },
    leads(store) {
      const database = bound[store];
      if (!database) throw new Error(`lead store ${store} is not bound`);
      return session(`leads_${store}`, database);
    },
    stores: bound.length,
    bookmarks() {
      for (const [name, one] of sessions) {
        const now = one.getBookmark();
        if (now) seen.set(name, now);
      }
      return [...seen].map(([name, value]) => `${name}=${value}`).join(",");
    },
  };
}

/** Writes SQL without a database behind it, for queries that are compiled once. */
export const queryBuilder = drizzle({} as D1Database);

/** The directory outside a request: commands, cron. */
export function openDirectory(database: D1Database) {
  return drizzle(database);
}

/** A lead store outside a request: the import's consumer, cron. */
export function openLeads(database: D1Database) {
  return drizzle(database);
}
