import { sql } from "drizzle-orm";
import type { Tenant } from "../../../db/leads/tenant.ts";
import { prepared } from "../../../db/prepared.ts";
import type { Slice } from "../../../jobs/slice.ts";
import { aMacrotask } from "../../../macrotask.ts";
import { BEHIND } from "./request-indexing.ts";
import { companiesOf, rowsOf } from "./rows.ts";

/** Some 20 ms of the database, so that others get in between. */
const LEADS_AT_ONCE = 2000;

/**
 * Brings the index of a lead store up to what imports have left in it, from its checkpoint on, until it is there or
 * the slice is over.
 *
 * A step is one transaction, rows and checkpoint, and takes what comes next when its turn has come: however many
 * are at it, each lead is indexed once.
 *
 * @returns whether it got there; if not, it needs another slice.
 * @throws on trouble with D1: the cron tries again.
 */
export async function indexStore(
  tenant: Tenant,
  slice: Slice,
  leadsAtOnce = LEADS_AT_ONCE,
): Promise<boolean> {
  while (!(await slice.over())) {
    if (await step(tenant, leadsAtOnce)) return true;
    await aMacrotask();
  }
  return false;
}

/** @returns whether nothing is left. */
async function step({ client }: Tenant, leadsAtOnce: number): Promise<boolean> {
  const next = sql`
    SELECT n.id FROM leads n WHERE n.id > (SELECT leads_up_to FROM search_progress)
    ORDER BY n.id LIMIT ${leadsAtOnce}`;
  const nextChunk = sql`(
    SELECT min(c.rowid) FROM import_chunks c WHERE c.rowid > (SELECT chunks_up_to FROM search_progress))`;
  const updated = sql`
    SELECT m.lead_id
    FROM import_chunks c JOIN import_matches m ON m.import_id = c.import_id
      AND m.record_number >= c.first_record AND m.record_number < c.first_record + c.records
    WHERE c.rowid = ${nextChunk} AND m.changed`;
  const results = await client.batch<{ behind: number }>(
    [
      sql`INSERT OR IGNORE INTO search_companies ${companiesOf(next)}`,
      sql`INSERT OR REPLACE INTO lead_search ${COLUMNS} ${rowsOf(next)}`,
      sql`INSERT OR REPLACE INTO lead_search ${COLUMNS} ${rowsOf(updated)}`,
      sql`UPDATE search_progress SET
        leads_up_to = coalesce((SELECT max(id) FROM (${next})), leads_up_to),
        chunks_up_to = coalesce(${nextChunk}, chunks_up_to)`,
      sql.raw(BEHIND),
    ].map((statement) => prepared(client, statement)),
  );
  return results.at(-1)?.results[0]?.behind === 0;
}

const COLUMNS = sql`(rowid, lead_name, lead_email, lead_phone, lead_company)`;
