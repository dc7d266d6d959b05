import { and, between, eq, isNotNull, lte, sql } from "drizzle-orm";
import { type LeadsDb, openLeads } from "../../db/clients.ts";
import { eachStore } from "../../db/each-store.ts";
import { importMatches, importMovedCopies, imports } from "../../db/leads/schema.ts";
import { PURGED_AT_ONCE, PURGES_A_RUN } from "../../jobs/purge.ts";
import type { ScheduledRun } from "../../jobs/scheduled-run.ts";
import { blankImages } from "../../leads/erase/blank-statements.ts";
import { UNDOABLE_FOR_MS } from "./undoable.ts";

/**
 * Purges what leads were before imports of files that ended more than 30 days ago: these cannot be taken back any more. From a
 * checkpoint in the import, so that none of its records is looked at twice.
 */
export async function purgeBeforeImages({ databases, now }: ScheduledRun): Promise<void> {
  await eachStore(databases, "before_images.not_purged", async (client) => {
    const db = openLeads(client);
    for (let step = 0; step < PURGES_A_RUN; step++) {
      const over = await db
        .select({ id: imports.id, from: imports.imagesFrom })
        .from(imports)
        .where(
          and(
            isNotNull(imports.imagesFrom),
            eq(imports.isBatch, false),
            lte(imports.finishedAt, now - UNDOABLE_FOR_MS),
            sql`NOT EXISTS (SELECT 1 FROM import_undos u WHERE u.import_id = imports.id AND u.finished_at IS NULL)`,
          ),
        )
        .orderBy(imports.finishedAt)
        .limit(1)
        .get();
      if (!over) return;
      await purge(db, over.id, over.from ?? 1);
    }
  });
}

async function purge(db: LeadsDb, importId: number, from: number): Promise<void> {
  const next = from + PURGED_AT_ONCE;
  await db.batch([
    ...removeImages(db, importId, { from, to: next - 1 }),
    db
      .update(imports)
      .set({ imagesFrom: sql`iif(${imports.nextRecord} <= ${next}, NULL, ${next})` })
      .where(and(eq(imports.id, importId), eq(imports.imagesFrom, from))),
  ]);
}

/** Statements that remove what leads were before some records of an import. */
export function removeImages(db: LeadsDb, importId: number, { from, to }: { from: number; to: number }) {
  const ofRecords = and(
    eq(importMatches.importId, importId),
    between(importMatches.recordNumber, from, to),
    isNotNull(importMatches.before),
  );
  return [
    blankImages(db, sql`${ofRecords}`),
    db.update(importMatches).set({ before: null }).where(ofRecords),
    db
      .delete(importMovedCopies)
      .where(
        and(eq(importMovedCopies.importId, importId), between(importMovedCopies.recordNumber, from, to)),
      ),
  ] as const;
}
