import { sql } from "drizzle-orm";
import { type LeadsDb, openLeads } from "../../../db/clients.ts";
import { eachStore } from "../../../db/each-store.ts";
import { importAnnouncements } from "../../../db/leads/schema.ts";
import { prepared } from "../../../db/prepared.ts";
import { PURGED_AT_ONCE, PURGES_A_RUN } from "../../../jobs/purge.ts";
import type { ScheduledRun } from "../../../jobs/scheduled-run.ts";
import { STATUS } from "../../state/status.ts";
import { UNDOABLE_FOR_MS } from "../../undo/undoable.ts";

/**
 * Whether anybody can still ask for what the dry run of `i` announced, as SQL: it runs, or it can be committed, or its
 * commit stopped on its way and can be tried again. A dry run that stopped begins again at its first record.
 */
const isWanted = (now: number) =>
  sql.raw(`(i.status IN (${STATUS.pending}, ${STATUS.processing})
    OR (i.status = ${STATUS.validated} OR i.status IN (${STATUS.failed}, ${STATUS.cancelled}) AND NOT i.dry_run)
      AND i.file_key <> '' AND i.finished_at > ${now - UNDOABLE_FOR_MS}
      AND NOT EXISTS (SELECT 1 FROM import_undos u WHERE u.import_id = i.id))`);

/**
 * A statement that removes what a dry run announced, where nobody can ask for it any more.
 *
 * @param now milliseconds since 1970.
 * @param most how many chunks of it.
 */
export function dropAnnouncements(db: LeadsDb, importId: number, now: number, most: number | null = null) {
  const limit = most === null ? sql`` : sql`LIMIT ${most}`;
  return db.delete(importAnnouncements).where(
    sql`rowid IN (SELECT a.rowid FROM import_announcements a WHERE a.import_id = ${importId} ${limit})
      AND NOT EXISTS (SELECT 1 FROM imports i WHERE i.id = ${importId} AND ${isWanted(now)})`,
  );
}

/** A statement that removes what a dry run announced before it began again. */
export function dropAnnouncedBefore(db: LeadsDb, importId: number) {
  return db.delete(importAnnouncements).where(
    sql`import_id = ${importId} AND EXISTS (
      SELECT 1 FROM imports i
      WHERE i.id = ${importId} AND i.status = ${STATUS.pending} AND i.dry_run AND i.next_record = 1)`,
  );
}

/** The first import with announcements that nobody can ask for. Those with any are few: dry runs of 30 days. */
const unwanted = (now: number) => sql`WITH RECURSIVE announced(id) AS (
    SELECT min(import_id) FROM import_announcements
    UNION ALL SELECT (SELECT min(a.import_id) FROM import_announcements a WHERE a.import_id > announced.id)
    FROM announced WHERE announced.id IS NOT NULL)
  SELECT i.id FROM announced CROSS JOIN imports i ON i.id = announced.id
  WHERE NOT ${isWanted(now)} LIMIT 1`;

/**
 * Removes what dry runs announced that were never committed, or whose commit was undone or stopped for good. One that
 * is tried again later than that compares no more.
 */
export async function sweepAnnouncements({ databases, now }: ScheduledRun): Promise<void> {
  await eachStore(databases, "announcements.not_swept", async (client) => {
    const db = openLeads(client);
    for (let steps = 0; steps < PURGES_A_RUN; steps++) {
      const id = await prepared(client, unwanted(now)).first<number>("id");
      if (id === null) return;
      await db.batch([
        db.run(
          sql.raw(`UPDATE imports AS i SET differing_records = NULL
            WHERE i.id = ${id} AND i.status IN (${STATUS.failed}, ${STATUS.cancelled})`),
        ),
        dropAnnouncements(db, id, now, PURGED_AT_ONCE),
      ]);
    }
  });
}
