import { sql } from "drizzle-orm";
import { openLeads } from "../../db/clients.ts";
import { eachStore } from "../../db/each-store.ts";
import { importRejections } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { prepared } from "../../db/prepared.ts";
import { PURGED_AT_ONCE, PURGES_A_RUN } from "../../jobs/purge.ts";
import type { ScheduledRun } from "../../jobs/scheduled-run.ts";
import type { Slice } from "../../jobs/slice.ts";
import { dots, jsonDots } from "../../leads/erase/blank-statements.ts";
import { describeError, log } from "../../log.ts";
import { aMacrotask } from "../../macrotask.ts";
import { STATUS } from "../state/status.ts";

/** So many rows of a plan in a statement: some 20 ms of the database. */
const ROWS_AT_ONCE = 5_000;

/** Nobody has begun to read the import: what is there of it is from a dry run before. */
const isNew = (id: number | "?1") =>
  `EXISTS (SELECT 1 FROM imports WHERE id = ${id} AND status = ${STATUS.pending} AND next_record = 1)`;

/**
 * Removes what an import has left that begins again from its first record: rejections, and what is left of a plan.
 * Rejections quote people, so they are written over first.
 *
 * @returns whether all is gone; where not, the slice was over before.
 */
export async function dropDryRun(
  { client }: Pick<Tenant, "client">,
  importId: number,
  slice: Slice,
): Promise<boolean> {
  const db = openLeads(client);
  const rejected = sql`rowid IN (
    SELECT r.rowid FROM import_rejections r WHERE r.import_id = ${importId} LIMIT ${PURGED_AT_ONCE})
    AND ${sql.raw(isNew(importId))}`;
  for (;;) {
    const results = await client.batch([
      prepared(
        client,
        db
          .update(importRejections)
          .set({ cells: jsonDots(importRejections.cells), reason: dots(importRejections.reason) })
          .where(rejected)
          .getSQL(),
      ),
      prepared(client, db.delete(importRejections).where(rejected).getSQL()),
      deletePlan(client, importId, isNew("?1")),
    ]);
    if (results.slice(1).every(({ meta }) => meta.changes === 0)) return true;
    if (await slice.over()) return false;
    await aMacrotask();
  }
}

const HAS_ENDED = `NOT EXISTS (
  SELECT 1 FROM imports WHERE id = ?1 AND status IN (${STATUS.pending}, ${STATUS.processing}))`;

/** Removes the plan of a dry run that has ended, as far as the slice goes; the sweeper removes the rest. */
export async function dropPlan(client: D1Database, importId: number, slice: Slice): Promise<void> {
  for (;;) {
    const { meta } = await deletePlan(client, importId, HAS_ENDED).run();
    if (meta.changes === 0 || (await slice.over())) return;
    await aMacrotask();
  }
}

/** What is left of a plan concerns nobody: trouble with it is no trouble of the import. */
export function leaveToSweeper(importCode: string) {
  return (error: unknown) => log("error", "plan.left", { import_code: importCode, ...describeError(error) });
}

function deletePlan(client: D1Database, importId: number, condition: string): D1PreparedStatement {
  return client
    .prepare(
      `DELETE FROM import_plans WHERE id IN (
         SELECT id FROM import_plans INDEXED BY import_plans_email WHERE import_id = ?1 LIMIT ${ROWS_AT_ONCE})
       AND ${condition}`,
    )
    .bind(importId);
}

/** The first import that has a plan and has ended. Only dry runs that run have one: few. */
const LEFT_BEHIND = `WITH RECURSIVE planned(id) AS (
    SELECT min(import_id) FROM import_plans
    UNION ALL SELECT (SELECT min(p.import_id) FROM import_plans p WHERE p.import_id > planned.id)
    FROM planned WHERE planned.id IS NOT NULL)
  SELECT i.id FROM planned CROSS JOIN imports i ON i.id = planned.id
  WHERE i.status NOT IN (${STATUS.pending}, ${STATUS.processing}) LIMIT 1`;

/** Removes plans whose dry run has ended without doing so. */
export async function sweepPlans({ databases }: ScheduledRun): Promise<void> {
  await eachStore(databases, "plans.not_swept", async (client) => {
    let steps = 0;
    const slice: Slice = { over: () => ++steps >= PURGES_A_RUN };
    for (;;) {
      const id = await client.prepare(LEFT_BEHIND).first<number>("id");
      if (id === null) return;
      await dropPlan(client, id, slice);
      if (steps >= PURGES_A_RUN) return;
    }
  });
}
