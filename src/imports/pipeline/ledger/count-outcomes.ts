import { DIFFERING_RECORDS } from "../../dry-run/announcements/differing-records.ts";
import { PLANNED_OUTCOMES } from "../../dry-run/plan-chunk.ts";
import type { ChunkOfOutcomes, ChunkTarget } from "../chunk/chunk.ts";

/** The outcomes of a chunk by what its transaction wrote, as SQL. */
const OUTCOMES = `
  SELECT
    l.created,
    (SELECT count(*) FROM import_matches m
     WHERE m.import_id = ?1 AND m.record_number BETWEEN ?2 AND ?4 AND m.changed) AS updated,
    (SELECT count(*) FROM import_matches m
     WHERE m.import_id = ?1 AND m.record_number BETWEEN ?2 AND ?4 AND NOT m.changed) AS unchanged,
    (SELECT count(*) FROM import_rejections r
     WHERE r.import_id = ?1 AND r.record_number BETWEEN ?2 AND ?4) AS failed,
    l.warned + (
      SELECT count(*) FROM import_matches m
      WHERE m.import_id = ?1 AND m.record_number BETWEEN ?2 AND ?4
        AND m.record_number IN (SELECT value FROM json_each(?5))) AS warned
  FROM (
    SELECT count(*) AS created,
      count(*) FILTER (WHERE record_number IN (SELECT value FROM json_each(?5))) AS warned
    FROM leads
    WHERE id > (SELECT leads_after FROM import_chunks WHERE import_id = ?1 AND first_record = ?2)
  ) l`;

const countBy = (outcomes: string, also = "") => `UPDATE imports SET
    (created_records, updated_records, unchanged_records, failed_records, duplicate_records, warning_records) = (
      SELECT
        imports.created_records + created, imports.updated_records + updated,
        imports.unchanged_records + unchanged, imports.failed_records + failed,
        imports.duplicate_records + ?3 - created - updated - unchanged - failed,
        imports.warning_records + warned
      FROM (${outcomes})),
    checkpoint_offset = ?6, next_record = ?2 + ?3, next_line = ?7, moved_at = ?8,
    leased_until = iif(lease_id = ?9, ?8 + ?10, leased_until)${also}
  WHERE id = ?1`;

const COUNT = countBy(OUTCOMES);
/** Of a commit, also the records that came out otherwise than announced. */
const COUNT_COMPARED = countBy(OUTCOMES, `, differing_records = differing_records + ${DIFFERING_RECORDS}`);
const COUNT_PLANNED = countBy(PLANNED_OUTCOMES);

/**
 * A statement that moves the checkpoint behind a chunk and counts its outcomes: from what the transaction wrote, or
 * planned, not from what the consumer thinks it wrote.
 *
 * @param warned the records with warnings, of which the transaction may have rejected some.
 * @param now milliseconds since 1970.
 */
export function countOutcomes(
  db: D1Database,
  { id, lease, plan, isCompared }: ChunkTarget,
  { firstRecord, records, endOffset, nextLine }: ChunkOfOutcomes,
  warned: readonly number[],
  now: number,
): D1PreparedStatement {
  return db
    .prepare(plan ? COUNT_PLANNED : isCompared ? COUNT_COMPARED : COUNT)
    .bind(
      id,
      firstRecord,
      records,
      firstRecord + records - 1,
      JSON.stringify(warned),
      endOffset,
      nextLine,
      now,
      lease.id,
      lease.ms,
    );
}
