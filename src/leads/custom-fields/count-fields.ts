import { type SQL, sql } from "drizzle-orm";
import { openLeads } from "../../db/clients.ts";
import { eachStore } from "../../db/each-store.ts";
import { customFieldCounts, customFields, leads } from "../../db/leads/schema.ts";
import { prepared } from "../../db/prepared.ts";
import type { ScheduledRun } from "../../jobs/scheduled-run.ts";
import { aMacrotask } from "../../macrotask.ts";
import { KEPT_UNUSED_MS } from "./register.ts";
import { valueKind } from "./value-kind.ts";

/** Some 20 ms of the database, so that others get in between. */
const LEADS_AT_ONCE = 4000;
/** In each store, each minute: every step sends three or five statements. */
const STEPS = 20;
const HOUR_MS = 60 * 60 * 1000;
/** A company whose leads change without new names is counted again after so long. */
const COUNT_AGAIN_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * Counts which leads have which custom fields, company by company, from a checkpoint: first those that have new names.
 * A count also registers names that it finds in leads from before there was a register, and drops those that no lead
 * has any more.
 */
export async function countCustomFields(
  { databases, now }: ScheduledRun,
  { steps = STEPS, leadsAtOnce = LEADS_AT_ONCE } = {},
): Promise<void> {
  await eachStore(databases, "custom_fields.not_counted", async (client) => {
    for (let step = 0; step < steps; step++) {
      const count = await nextCount(client, now);
      if (!count) return;
      await countOn(client, count, leadsAtOnce, now);
      await aMacrotask();
    }
  });
}

interface Count {
  companyId: number;
  startedAt: number | null;
  afterCreatedAt: number | null;
  afterId: number | null;
}

function nextCount(client: D1Database, now: number): Promise<Count | undefined> {
  return openLeads(client)
    .select()
    .from(customFieldCounts)
    .where(sql`${customFieldCounts.dueAt} <= ${now}`)
    .orderBy(customFieldCounts.dueAt)
    .limit(1)
    .get();
}

/** Counts the next leads of a company; of two who do so at once, one. */
async function countOn(client: D1Database, count: Count, leadsAtOnce: number, now: number): Promise<void> {
  const { companyId, startedAt, afterCreatedAt, afterId } = count;
  const left = sql`${leads.companyId} = ${companyId} AND ${leads.deletedAt} IS NULL
    AND (${leads.createdAt}, ${leads.id}) > (${afterCreatedAt ?? Number.MIN_SAFE_INTEGER}, ${afterId ?? 0})`;
  const end = await openLeads(client)
    .select({ createdAt: leads.createdAt, id: leads.id })
    .from(leads)
    .where(left)
    .orderBy(leads.createdAt, leads.id)
    .limit(1)
    .offset(leadsAtOnce - 1)
    .get();
  const next = end
    ? sql`${left} AND (${leads.createdAt}, ${leads.id}) <= (${end.createdAt}, ${end.id})`
    : left;
  const of = sql`company_id = ${companyId}`;
  const moved = end
    ? [
        sql`UPDATE custom_field_counts SET started_at = ${startedAt ?? now}, after_created_at = ${end.createdAt},
          after_id = ${end.id} WHERE ${of}`,
      ]
    : finish(of, startedAt ?? now, now);
  const statements = [
    // Breaks a constraint, and the batch with it, where somebody else has come further.
    sql`UPDATE custom_field_counts
      SET due_at = iif(after_id IS ${afterId} AND started_at IS ${startedAt}, due_at, NULL) WHERE ${of}`,
    addCounts(companyId, next, now),
    ...moved,
  ];
  await client.batch(statements.map((statement) => prepared(client, statement)));
}

/** Adds the fields of leads to the count that is under way. @param which a condition on the leads. */
function addCounts(companyId: number, which: SQL, now: number): SQL {
  const added = sql`excluded.counting_kind`;
  return sql`
    INSERT INTO ${customFields} (company_id, name, counting, counting_kind, seen_at)
    SELECT ${companyId}, name, count(*), iif(min(kind) = max(kind), min(kind), 'text'), ${now}
    FROM (
      SELECT f.key AS name, ${valueKind(sql`f.value`)} AS kind
      FROM ${leads} CROSS JOIN json_each(${leads.customFields}) f WHERE ${which})
    WHERE 1 GROUP BY name
    ON CONFLICT (company_id, name) DO UPDATE SET
      counting = counting + excluded.counting,
      counting_kind = iif(coalesce(counting_kind, ${added}) = ${added}, ${added}, 'text')`;
}

/** The end of a count: it is what is shown from now on, and what no lead has is dropped. */
function finish(of: SQL, startedAt: number, now: number): SQL[] {
  const newMeanwhile = sql`SELECT 1 FROM custom_fields WHERE ${of} AND seen_at >= ${startedAt}`;
  return [
    sql`DELETE FROM custom_fields WHERE ${of} AND counting = 0 AND seen_at < ${startedAt - KEPT_UNUSED_MS}`,
    sql`UPDATE custom_fields SET leads = counting, kind = counting_kind, counted_at = ${startedAt}, counting = 0,
      counting_kind = NULL WHERE ${of}`,
    sql`UPDATE custom_field_counts SET started_at = NULL, after_created_at = NULL, after_id = NULL,
      finished_at = ${startedAt}, complete = 1, due_at = ${now} + iif(EXISTS (${newMeanwhile}), ${HOUR_MS}, ${COUNT_AGAIN_MS})
      WHERE ${of}`,
  ];
}
