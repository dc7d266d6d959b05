import { and, eq, isNotNull, lte, sql } from "drizzle-orm";
import { type LeadsDb, openLeads } from "../../db/clients.ts";
import { eachStore } from "../../db/each-store.ts";
import {
  importMatches,
  importMovedCopies,
  importRejections,
  importSpared,
  imports,
} from "../../db/leads/schema.ts";
import { PURGES_A_RUN } from "../../jobs/purge.ts";
import type { ScheduledRun } from "../../jobs/scheduled-run.ts";
import { blankImages } from "../../leads/erase/blank-statements.ts";
import { UNDOABLE_FOR_MS } from "../undo/undoable.ts";

/** Each is of 1,000 records at the most. */
const BATCHES_AT_ONCE = 5;

/**
 * Purges what batches that ended more than 30 days ago have beside their leads: which records met which leads, what
 * these were before, and the codes of what failed. Nobody can take them back any more, and those who send leads every
 * minute would fill a store with it. Their rows stay, since leads name them as where they come from.
 */
export async function purgeBatches({ databases, now }: ScheduledRun): Promise<void> {
  await eachStore(databases, "batches.not_purged", (client) => purgeStore(client, now - UNDOABLE_FOR_MS));
}

/** The same in one lead store. @param endedBy those that ended later stay as they are, in milliseconds since 1970. */
export async function purgeStore(client: D1Database, endedBy: number): Promise<void> {
  const db = openLeads(client);
  for (let step = 0; step < PURGES_A_RUN; step++) {
    const over = await db
      .select({ id: imports.id })
      .from(imports)
      .where(
        and(
          isNotNull(imports.imagesFrom),
          lte(imports.finishedAt, endedBy),
          eq(imports.isBatch, true),
          sql`NOT EXISTS (SELECT 1 FROM import_undos u WHERE u.import_id = imports.id AND u.finished_at IS NULL)`,
        ),
      )
      .orderBy(imports.finishedAt)
      .limit(BATCHES_AT_ONCE);
    if (over.length === 0) return;
    await purge(
      db,
      over.map(({ id }) => id),
    );
  }
}

async function purge(db: LeadsDb, ids: number[]): Promise<void> {
  const ofThem = sql`IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`;
  await db.batch([
    blankImages(db, sql`${importMatches.importId} ${ofThem}`),
    db.delete(importMatches).where(sql`${importMatches.importId} ${ofThem}`),
    db.delete(importMovedCopies).where(sql`${importMovedCopies.importId} ${ofThem}`),
    db.delete(importRejections).where(sql`${importRejections.importId} ${ofThem}`),
    db.delete(importSpared).where(sql`${importSpared.importId} ${ofThem}`),
    db.update(imports).set({ imagesFrom: null }).where(sql`${imports.id} ${ofThem}`),
  ]);
}
