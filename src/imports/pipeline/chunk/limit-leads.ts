import type { LeadLimit } from "../../../memberships/lead-limit.ts";

/** The rejection code of a record beyond the limit. */
const CODE = "membership_limit";

/**
 * Statements that add the leads which a chunk created to the counts of their company and their campaign; right after
 * they were inserted.
 */
export function addToLeadCount(
  db: D1Database,
  target: { id: number; companyId: number; campaignId: number | null },
  firstRecord: number,
): D1PreparedStatement[] {
  const raise = (table: string, owner: string, id: number) =>
    db
      .prepare(
        `INSERT INTO ${table} (${owner}, leads)
         SELECT ?1, count(*) FROM leads WHERE ${CREATED} HAVING count(*) > 0
         ON CONFLICT (${owner}) DO UPDATE SET leads = leads + excluded.leads`,
      )
      .bind(id, target.id, firstRecord);
  return [
    raise("lead_counts", "company_id", target.companyId),
    ...(target.campaignId === null ? [] : [raise("campaign_counts", "campaign_id", target.campaignId)]),
  ];
}

/** The database's error where a chunk created more leads than the limit allows. */
const OVER_LIMIT = /constraint failed: lead_counts\.leads/;

/** Whether a batch failed because of {@link assertLeadQuota}. */
export function isLeadQuotaError(error: unknown): boolean {
  return error instanceof Error && OVER_LIMIT.test(error.message);
}

/**
 * A statement that fails, and the transaction with it, where the companies of a membership have more leads than it
 * allows: only a chunk at the limit needs the statements that enforce it.
 */
export function assertLeadQuota(
  db: D1Database,
  companyId: number,
  { most, companyIds }: LeadLimit,
): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE lead_counts SET leads = NULL
       WHERE company_id = ?1 AND ?2 < (
         SELECT sum(leads) FROM lead_counts WHERE company_id IN (SELECT value FROM json_each(?3)))`,
    )
    .bind(companyId, most, JSON.stringify(companyIds));
}

/** The leads that a chunk created: those since it began, in the same transaction. */
const CREATED = "id > (SELECT leads_after FROM import_chunks WHERE import_id = ?2 AND first_record = ?3)";

/**
 * Statements that take back, of what a chunk created, the last records beyond the limit of the company's
 * membership, and reject them. They run in the chunk's own transaction, so that however many imports run at once
 * the limit is met to the lead.
 *
 * @param cells the cells of the chunk's records, as JSON arrays of number and cells; in as many parameters as it
 * takes.
 */
export function rejectBeyondLimit(
  db: D1Database,
  importId: number,
  { firstRecord, records }: { firstRecord: number; records: number },
  { most, companyIds }: LeadLimit,
  cells: string[],
): D1PreparedStatement[] {
  const reason =
    `The membership's limit of ${most} leads is reached. Take a larger membership or delete leads, then send ` +
    "this file again.";
  const rejections = cells.map((some) =>
    db
      .prepare(
        `WITH surplus(leads) AS (
           SELECT coalesce(sum(leads), 0) - ?6 FROM lead_counts
           WHERE company_id IN (SELECT value FROM json_each(?5))),
         cells(record, cells) AS MATERIALIZED (
           SELECT CAST(value->>0 AS INTEGER), value->>1 FROM json_each(?1))
         INSERT OR FAIL INTO import_rejections (import_id, record_number, code, reason, cells)
         SELECT ?2, beyond.record_number, '${CODE}', ?4, cells.cells
         FROM (
           SELECT record_number FROM leads WHERE ${CREATED} ORDER BY record_number DESC
           LIMIT max(0, (SELECT leads FROM surplus))
         ) beyond JOIN cells ON cells.record = beyond.record_number`,
      )
      .bind(some, importId, firstRecord, reason, JSON.stringify(companyIds), most),
  );
  return [
    ...rejections,
    db
      .prepare(
        `DELETE FROM leads WHERE id > (
           SELECT leads_after FROM import_chunks WHERE import_id = ?1 AND first_record = ?2)
         AND record_number IN (
           SELECT record_number FROM import_rejections
           WHERE import_id = ?1 AND record_number BETWEEN ?2 AND ?3 AND code = '${CODE}')`,
      )
      .bind(importId, firstRecord, firstRecord + records - 1),
  ];
}
