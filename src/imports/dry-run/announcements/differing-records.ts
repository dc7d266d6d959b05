import { sql } from "drizzle-orm";
import { CHUNK_LIMITS } from "../../readers/records.ts";

/** What a commit begins to count from: 0 where its dry run has announced every record, else `null`, as SQL. */
export const NONE_DIFFERS = sql.raw(`iif((
    SELECT sum(length(a.outcomes)) FROM import_announcements a WHERE a.import_id = imports.id
  ) = imports.next_record - 1, 0, NULL)`);

/**
 * How many records of a chunk of a commit have another outcome than its dry run announced, as SQL, by what the
 * transaction wrote. A record that has left nothing behind is a duplicate; those are told by how many there are. Chunks
 * of the two need not begin at the same records.
 */
export const DIFFERING_RECORDS = `(
  WITH told(first, letters) AS MATERIALIZED (
      SELECT first_record, outcomes FROM import_announcements
      WHERE import_id = ?1 AND first_record <= ?4 AND first_record > ?2 - ${CHUNK_LIMITS.records}
        AND first_record + length(outcomes) > ?2),
    actual(record, letter) AS (
      SELECT record_number, 'c' FROM leads
      WHERE id > (SELECT leads_after FROM import_chunks WHERE import_id = ?1 AND first_record = ?2)
      UNION ALL SELECT record_number, iif(changed, 'u', 'n') FROM import_matches
      WHERE import_id = ?1 AND record_number BETWEEN ?2 AND ?4
      UNION ALL SELECT record_number, 'f' FROM import_rejections
      WHERE import_id = ?1 AND record_number BETWEEN ?2 AND ?4),
    duplicates(announced) AS (
      SELECT coalesce(sum(length(t) - length(replace(t, 'd', ''))), 0) FROM (
        SELECT CAST(substr(letters, max(?2 - first, 0) + 1, ?4 - max(?2, first) + 1) AS TEXT) AS t FROM told)),
    compared(announced, letter) AS (
      SELECT CAST(substr(letters, record - first + 1, 1) AS TEXT), letter
      FROM actual JOIN told ON record >= first AND record < first + length(letters))
  SELECT ?3 - coalesce(sum(c.announced = c.letter), 0)
    - ((SELECT announced FROM duplicates) - coalesce(sum(c.announced = 'd'), 0))
  FROM compared c)`;
