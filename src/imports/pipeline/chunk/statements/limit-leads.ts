import type { LeadLimit } from "../../../../memberships/lead-limit.ts";
import type { Refusal } from "../../../matching/refusal.ts";

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
const OVER_LIMIT = /constraint failed: (?:lead_counts\.leads|imports\.created_records)/;

/** Whether a batch failed because of {@link assertLeadQuota}, or of the same in a dry run. */
export function isLeadQuotaError(error: unknown): boolean {
  return error instanceof Error && OVER_LIMIT.test(error.message);
}

/**
 * A statement that fails, and the transaction with it, where the companies of a membership have more leads than it
 * allows. Then it is decided again which records have a place: see {@link leadsLeft}.
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

/** Reads how many more leads the companies of a membership may have. @param importId of a dry run, which has planned some. */
export async function leadsLeft(
  db: D1Database,
  { most, companyIds }: LeadLimit,
  importId: number | null,
): Promise<number> {
  const left = await db
    .prepare(
      `SELECT ?1 - coalesce(sum(leads), 0)
         - coalesce((SELECT created_records FROM imports WHERE id = ?3), 0) AS "left"
       FROM lead_counts WHERE company_id IN (SELECT value FROM json_each(?2))`,
    )
    .bind(most, JSON.stringify(companyIds), importId)
    .first<number>("left");
  return Math.max(0, left ?? most);
}

/** The reason for a record that would be one lead too many. */
export function overLimit({ most }: LeadLimit): Refusal {
  return {
    code: "membership_limit",
    reason:
      `The membership's limit of ${most} leads is reached. Take a larger membership or delete leads, then send ` +
      "this file again.",
  };
}
