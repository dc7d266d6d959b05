import type { Tenant } from "../../db/leads/tenant.ts";
import { STATUS } from "../state/status.ts";

/** So many imports are looked at, and of each so many leads that it updated: a warning must not take seconds. */
const MOST_IMPORTS = 50;
const MOST_LEADS = 5_000;

/**
 * Finds the latest import that updated leads which an earlier one created or updated, and that is not undone: undone
 * in the other order, their leads would be left half-way.
 *
 * @returns its code.
 */
export async function findLaterImport(
  { client }: Tenant,
  { id, companyId }: { id: number; companyId: number },
): Promise<string | undefined> {
  const later = await client
    .prepare(
      `SELECT i.import_code AS code FROM (
         SELECT id, import_code FROM imports
         WHERE company_id = ?1 AND id > ?2 AND updated_records > 0 AND status <> ${STATUS.undone}
         ORDER BY id DESC LIMIT ${MOST_IMPORTS}) i
       WHERE EXISTS (
         SELECT 1 FROM (
           SELECT lead_id FROM import_matches WHERE import_id = i.id AND changed LIMIT ${MOST_LEADS}) m
         CROSS JOIN leads l ON l.id = m.lead_id
         WHERE l.import_id = ?2 OR EXISTS (
           SELECT 1 FROM import_matches o INDEXED BY import_matches_lead
           WHERE o.lead_id = m.lead_id AND o.import_id = ?2 AND o.changed))
       ORDER BY i.id DESC LIMIT 1`,
    )
    .bind(companyId, id)
    .first<string>("code");
  return later ?? undefined;
}
