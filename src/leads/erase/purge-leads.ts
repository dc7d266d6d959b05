import { and, isNotNull, lte, sql } from "drizzle-orm";
import { openLeads } from "../../db/clients.ts";
import { eachStore } from "../../db/each-store.ts";
import { leads } from "../../db/leads/schema.ts";
import { recordErased } from "../../events/lead-events.ts";
import type { ScheduledRun } from "../../jobs/scheduled-run.ts";
import { log } from "../../log.ts";
import { RESTORABLE_FOR } from "../write/restore-lead.ts";
import { eraseStatements } from "./erase-statements.ts";

/** In each store, each time: a batch that lets other requests in between. */
const AT_ONCE = 200;

/**
 * Erases leads that were deleted more than 30 days ago. The files that they came with stay: it is the lead that was
 * deleted, not the person.
 */
export async function purgeDeletedLeads({ databases, now }: ScheduledRun): Promise<void> {
  const deletedBy = now - RESTORABLE_FOR;
  await eachStore(databases, "leads.not_purged", async (client) => {
    const db = openLeads(client);
    const over = await db
      .select({ id: leads.id })
      .from(leads)
      .where(and(isNotNull(leads.deletedAt), lte(leads.deletedAt, deletedBy)))
      .orderBy(leads.deletedAt)
      .limit(AT_ONCE);
    if (over.length === 0) return;
    const ids = over.map(({ id }) => id);
    const isOver = sql`id IN (SELECT value FROM json_each(${JSON.stringify(ids)})) AND deleted_at <= ${deletedBy}`;
    const results = await db.batch([
      recordErased(db, { kind: "system" }, isOver, now),
      ...eraseStatements(db, ids, deletedBy, now),
    ]);
    const erased = results.at(-1) as { id: number }[];
    log("info", "leads.purged", { leads: erased.length });
  });
}
