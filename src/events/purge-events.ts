import { idempotent } from "../db/client.ts";
import { eachStore } from "../db/each-store.ts";
import { PURGED_AT_ONCE, purgeInSteps } from "../jobs/purge.ts";
import type { ScheduledRun } from "../jobs/scheduled-run.ts";

/** How long events are kept, in milliseconds. */
export const EVENTS_KEPT_FOR = 30 * 24 * 60 * 60_000;

/** Who has events is looked up company by company, so that not every run does it. */
const EACH_MINUTES = 10;

/** So many companies of a store a run, most of which need one statement; after as many statements none is begun. */
const MOST_STATEMENTS = 100;

/**
 * The companies whose oldest event is over, those that wait longest first, save those that have no other event: the last
 * one keeps their ids going.
 */
const DUE = `
  WITH RECURSIVE companies(id) AS (
    SELECT min(company_id) FROM events
    UNION ALL
    SELECT (SELECT min(company_id) FROM events WHERE company_id > companies.id) FROM companies
    WHERE companies.id IS NOT NULL)
  SELECT due.id FROM (
    SELECT companies.id,
      (SELECT created_at FROM events WHERE company_id = companies.id ORDER BY id LIMIT 1) AS oldest
    FROM companies) due
  WHERE due.oldest < ?1
    AND (SELECT max(id) FROM events WHERE company_id = due.id)
      > (SELECT min(id) FROM events WHERE company_id = due.id)
  ORDER BY due.oldest LIMIT ${MOST_STATEMENTS}`;

const PURGE = `
  DELETE FROM events
  WHERE company_id = ?1 AND id < (SELECT max(id) FROM events WHERE company_id = ?1) AND id <= (
    SELECT max(id) FROM (
      SELECT id, created_at FROM events WHERE company_id = ?1 ORDER BY id LIMIT ${PURGED_AT_ONCE})
    WHERE created_at < ?2)`;

/** Deletes events that are over, the oldest of each company first. */
export async function purgeEvents({ databases, now }: ScheduledRun): Promise<void> {
  if (new Date(now).getUTCMinutes() % EACH_MINUTES !== 0) return;
  await eachStore(databases, "events.not_purged", (client) => purgeStore(client, now - EVENTS_KEPT_FOR));
}

/** The same in one lead store. @param before events since then stay, in milliseconds since 1970. */
export async function purgeStore(database: D1Database, before: number): Promise<void> {
  const client = idempotent(database);
  const { results } = await client.prepare(DUE).bind(before).all<{ id: number }>();
  let statements = 0;
  for (const { id } of results) {
    if (statements >= MOST_STATEMENTS) return;
    await purgeInSteps(() => {
      statements++;
      return client.prepare(PURGE).bind(id, before).run();
    });
  }
}
