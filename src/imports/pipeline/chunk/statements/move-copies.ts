import { sql } from "drizzle-orm";
import { queryBuilder } from "../../../../db/clients.ts";
import { prepared } from "../../../../db/prepared.ts";
import { copiesToMove, relinkDuplicates } from "../../../../leads/duplicates/relink-duplicates.ts";
import type { Decisions } from "../../../matching/decide-outcomes.ts";
import type { ChunkOfOutcomes, ChunkTarget } from "../chunk.ts";
import { ChunkCut } from "../chunk-cut.ts";

/**
 * Of leads with new keys those that leave a copy behind which a later record has a key of: the copy becomes a lead of
 * its own then, or another's, and the record may meet it.
 */
const LEFT_BEHIND = `SELECT CAST(r.value->>0 AS INTEGER) AS record FROM json_each(?1) r
  WHERE EXISTS (
    SELECT 1 FROM leads c
    WHERE c.duplicate_of = CAST(r.value->>1 AS INTEGER)
      AND NOT coalesce(c.email = r.value->>2 OR c.external_id = r.value->>4
        OR (c.phone = r.value->>3 AND (c.email IS NULL OR r.value->>2 IS NULL)), 0)
      AND (c.email IN (SELECT value FROM json_each(?2)) OR c.phone IN (SELECT value FROM json_each(?3))
        OR c.external_id IN (SELECT value FROM json_each(?4))))
  ORDER BY 1 LIMIT 1`;

/**
 * Ends a chunk after the record whose lead leaves copies behind that later records may meet. Few leads have copies,
 * fewer leave them, so nothing is asked for most chunks.
 *
 * @throws {ChunkCut} where it has to end before its last record.
 */
export async function cutWhereCopiesMove(
  db: D1Database,
  { firstRecord, leads }: ChunkOfOutcomes,
  { rekeyed }: Decisions,
): Promise<void> {
  const first = rekeyed[0]?.record;
  if (first === undefined) return;
  const later = leads.flatMap(({ record, lead }) => (record > first ? [lead] : []));
  if (later.length === 0) return;
  const changes = rekeyed.map(({ record, leadId, identity }) => [
    record,
    leadId,
    identity.email,
    identity.phone,
    identity.externalId,
  ]);
  const keys = (["email", "phone", "externalId"] as const).map((key) =>
    JSON.stringify(later.flatMap((lead) => lead[key] ?? [])),
  );
  const cut = await db
    .prepare(LEFT_BEHIND)
    .bind(JSON.stringify(changes), ...keys)
    .first<number>("record");
  if (cut !== null && leads.some(({ record }) => record > cut)) throw new ChunkCut(cut - firstRecord + 1);
}

/**
 * Statements that give the copies of leads with new keys to whom they are of now, and keep whose they were.
 *
 * @param now milliseconds since 1970.
 */
export function moveCopies(
  db: D1Database,
  { id: importId }: ChunkTarget,
  { rekeyed }: Decisions,
  now: number,
): D1PreparedStatement[] {
  if (rekeyed.length === 0) return [];
  const ids = JSON.stringify(rekeyed.map(({ leadId }) => leadId));
  const changes = JSON.stringify(rekeyed.map(({ record, leadId }) => [record, leadId]));
  const keep = sql`INSERT INTO import_moved_copies
      (import_id, record_number, lead_id, duplicate_of, version, updated_at)
    SELECT ${importId}, c.of, c.id, c.duplicate_of, c.version, c.updated_at FROM (${copiesToMove(changes)}) c`;
  return [keep, ...relinkDuplicates(queryBuilder, ids, now, true)].map((one) => prepared(db, one.getSQL()));
}
