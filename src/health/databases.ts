import directoryJournal from "../../migrations/directory/meta/_journal.json" with { type: "json" };
import leadsJournal from "../../migrations/leads/meta/_journal.json" with { type: "json" };
import { DatabaseUnavailable } from "../db/errors.ts";
import { BEHIND } from "../leads/list/search/request-indexing.ts";
import { CheckFailed, type Finding, type Reason } from "./check.ts";

/** D1's limit on the size of a database. @see https://developers.cloudflare.com/d1/platform/limits/ */
const FULL_BYTES = 10_000_000_000;
/** From here on there is time to add a store (`npm run store:add`) before the database refuses what is written. */
const NEARLY_FULL_BYTES = 0.9 * FULL_BYTES;

/** After how long what waits, or does not move, is somebody's concern, in milliseconds. */
export const OVERDUE_MS = 30 * 60 * 1000;
/** No more rows are looked at, however many wait. */
const COUNTED = 1000;

const MIGRATED = "SELECT EXISTS (SELECT 1 FROM d1_migrations WHERE name = ?) AS migrated";

// The conditions on a column that is never negative make SQLite use the partial indexes of what is unfinished.
const WAITING_MAILS = `
  SELECT count(*) AS waiting, min(created_at) AS oldest FROM (
    SELECT created_at FROM mails
    WHERE done_at IS NULL AND failed_at IS NULL AND queued_at >= 0 LIMIT ${COUNTED})`;
const UNFINISHED_IMPORTS = `
  SELECT count(*) AS unfinished, min(created_at) AS oldest, max(moved_at) AS moved,
    min(iif(status = 1, moved_at, NULL)) AS stopped
  FROM (
    SELECT created_at, moved_at, status FROM imports
    WHERE status IN (0, 1) AND company_id >= 0 LIMIT ${COUNTED})`;

interface UnfinishedImports {
  unfinished: number;
  oldest: number | null;
  /** When one of them moved last. That many wait is no trouble, as long as they get their turn. */
  moved: number | null;
  /** When that one of those in work moved which has not for the longest time. */
  stopped: number | null;
}

/** Asks the directory: whether it has its migrations, how full it is, which mails wait. */
export async function askDirectory(client: D1Database, now: number): Promise<Finding> {
  const [migrated, mails] = await ask(client, [
    client.prepare(MIGRATED).bind(lastOf(directoryJournal)),
    client.prepare(WAITING_MAILS),
  ]);
  const { waiting, oldest } = rowOf<{ waiting: number; oldest: number | null }>(mails);
  return finding(migrated, lastOf(directoryJournal), oldest !== null && oldest < now - OVERDUE_MS, {
    mails_waiting: waiting,
    oldest_mail_at: time(oldest),
  });
}

/**
 * Asks a lead store: whether it has its migrations, how full it is, which imports are unfinished, and whether its
 * index is behind.
 */
export async function askStore(client: D1Database, now: number): Promise<Finding> {
  const [migrated, imports, index] = await ask(client, [
    client.prepare(MIGRATED).bind(lastOf(leadsJournal)),
    client.prepare(UNFINISHED_IMPORTS),
    client.prepare(BEHIND),
  ]);
  const { unfinished, oldest, moved, stopped } = rowOf<UnfinishedImports>(imports);
  const overdue = [moved, stopped].some((at) => at !== null && at < now - OVERDUE_MS);
  return finding(migrated, lastOf(leadsJournal), overdue, {
    imports_unfinished: unfinished,
    oldest_import_at: time(oldest),
    last_import_moved_at: time(moved),
    slowest_import_moved_at: time(stopped),
    index_behind: rowOf<{ behind: number }>(index).behind === 1,
  });
}

function finding(
  migrated: D1Result | undefined,
  migration: string,
  overdue: boolean,
  details: Record<string, unknown>,
): Finding {
  if (rowOf<{ migrated: number }>(migrated).migrated !== 1) {
    throw new CheckFailed("migrations_missing", `${migration} is not applied`);
  }
  const bytes = migrated?.meta.size_after ?? 0;
  const reason: Reason | undefined =
    bytes > NEARLY_FULL_BYTES ? "nearly_full" : overdue ? "overdue" : undefined;
  return { ...(reason && { reason }), details: { bytes, bytes_at_most: FULL_BYTES, ...details } };
}

async function ask(client: D1Database, statements: D1PreparedStatement[]): Promise<D1Result[]> {
  try {
    return await client.batch(statements);
  } catch (error) {
    // What answers, and does not know a table, lacks migrations.
    if (!(error instanceof DatabaseUnavailable) && /no such (table|column)/.test(String(error))) {
      throw new CheckFailed("migrations_missing", String(error));
    }
    throw error instanceof DatabaseUnavailable ? error.cause : error;
  }
}

function rowOf<Row>(result: D1Result | undefined): Row {
  const [row] = (result?.results ?? []) as Row[];
  if (!row) throw new Error("no row came back");
  return row;
}

function lastOf({ entries }: { entries: { tag: string }[] }): string {
  return `${entries.at(-1)?.tag}.sql`;
}

function time(milliseconds: number | null): string | null {
  return milliseconds === null ? null : new Date(milliseconds).toISOString();
}
