import type { Tenant } from "../../db/leads/tenant.ts";
import { STATUS } from "../state/status.ts";

/** So many imports are looked at, and of each so many leads that it updated: a warning must not take seconds. */
const MOST_IMPORTS = 50;
const MOST_LEADS = 5_000;

/** The id of the import whose code is asked for. */
const ITS_ID = "(SELECT id FROM imports WHERE import_code = ?1)";

/**
 * Finds the latest import that updated leads which an earlier one created or updated, and that is not undone: undone
 * in the other order, their leads would be left half-way.
 *
 * @returns its code.
 */
export async function findLaterImport({ client }: Tenant, importCode: string): Promise<string | undefined> {
  const later = await client
    .prepare(
      `SELECT i.import_code AS code FROM (
         SELECT id, import_code FROM imports
         WHERE company_id = (SELECT company_id FROM imports WHERE import_code = ?1) AND id > ${ITS_ID}
           AND updated_records > 0 AND status <> ${STATUS.undone}
         ORDER BY id DESC LIMIT ${MOST_IMPORTS}) i
       WHERE EXISTS (
         SELECT 1 FROM (
           SELECT lead_id FROM import_matches WHERE import_id = i.id AND changed LIMIT ${MOST_LEADS}) m
         CROSS JOIN leads l ON l.id = m.lead_id
         WHERE l.import_id = ${ITS_ID} OR EXISTS (
           SELECT 1 FROM import_matches o INDEXED BY import_matches_lead
           WHERE o.lead_id = m.lead_id AND o.import_id = ${ITS_ID} AND o.changed))
       ORDER BY i.id DESC LIMIT 1`,
    )
    .bind(importCode)
    .first<string>("code");
  return later ?? undefined;
}
