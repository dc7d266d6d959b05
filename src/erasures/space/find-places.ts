import { sql } from "drizzle-orm";
import type { Places } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { prepared } from "../../db/prepared.ts";
import { sparse } from "./spread-rows.ts";

/**
 * Where the rows of leads stand that are about to be erased, with their notes, the answers that tell of both, the
 * names of their custom fields, and the records of imports that met them.
 */
export async function findPlaces(
  { client }: Tenant,
  { companyId, leadIds, fields }: { companyId: number; leadIds: number[]; fields: string[] },
): Promise<Places> {
  const ids = sql`(SELECT value FROM json_each(${JSON.stringify(leadIds)}))`;
  const notes = sql`SELECT id FROM lead_notes WHERE lead_id IN ${ids}`;
  const [ofNotes, ofRequests, ofFields, ofMatches] = await client.batch<{ place: number }>(
    [
      sql`SELECT id AS place FROM (${notes}) ORDER BY id`,
      sql`SELECT rowid AS place FROM keyed_requests
          WHERE (operation = 'createLead' AND object_id IN ${ids})
            OR (operation = 'createLeadNote' AND object_id IN (${notes}))
          ORDER BY rowid`,
      sql`SELECT id AS place FROM custom_fields WHERE company_id = ${companyId}
            AND name IN (SELECT value FROM json_each(${JSON.stringify(fields)}))
          ORDER BY id`,
      sql`SELECT rowid AS place FROM import_matches WHERE lead_id IN ${ids} ORDER BY rowid`,
    ].map((statement) => prepared(client, statement)),
  );
  const placesOf = (result?: D1Result<{ place: number }>) =>
    sparse(result?.results.map(({ place }) => place) ?? []);
  return {
    leads: sparse(leadIds.toSorted((a, b) => a - b)),
    notes: placesOf(ofNotes),
    requests: placesOf(ofRequests),
    fields: placesOf(ofFields),
    matches: placesOf(ofMatches),
  };
}
