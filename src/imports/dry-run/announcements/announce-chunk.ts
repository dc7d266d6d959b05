import type { Decisions } from "../../matching/decide-outcomes.ts";
import type { ChunkOfOutcomes } from "../../pipeline/chunk/chunk.ts";

/*
 * The outcome of each record as a letter: c created, u updated, n unchanged, d duplicate, f failed. A chunk of a dry run
 * keeps those of its records, a byte each, so that its commit can tell which of them came out otherwise.
 */

const ANNOUNCE = `INSERT INTO import_announcements (import_id, first_record, outcomes)
  VALUES (?1, ?2, CAST(?3 AS BLOB))`;

/**
 * Whether a record that meets a lead (m) changes it is the database's to say, and n and u come after m; one that it
 * refuses is not in the plan, and has failed. Sorted together: a join would go over the plan for each record.
 */
const ANNOUNCE_MET = `INSERT INTO import_announcements (import_id, first_record, outcomes)
  SELECT ?1, ?2, CAST(group_concat(iif(letter = 'm', 'f', letter), '') AS BLOB) FROM (
    SELECT place, max(letter) AS letter FROM (
      SELECT key AS place, value AS letter FROM json_each(?3)
      UNION ALL
      SELECT record_number - ?2, iif(changed, 'u', 'n') FROM import_plans
      WHERE id > (SELECT leads_after FROM import_chunks WHERE import_id = ?1 AND first_record = ?2)
        AND changed IS NOT NULL)
    GROUP BY place ORDER BY place)`;

/** A statement that keeps the outcomes of a chunk of a dry run; it comes after the plan of the chunk. */
export function announceChunk(
  db: D1Database,
  importId: number,
  { firstRecord, records, rejections }: ChunkOfOutcomes,
  { created, copies, met, rejected }: Decisions,
): D1PreparedStatement {
  const letters: string[] = new Array(records).fill("d");
  const note = (record: number, letter: string) => {
    letters[record - firstRecord] = letter;
  };
  for (const { record } of created) note(record, "c");
  for (const { candidate } of copies) note(candidate.record, "c");
  for (const { candidate } of met) note(candidate.record, "m");
  for (const { record } of rejections) note(record, "f");
  for (const { record } of rejected) note(record, "f");
  return met.length > 0
    ? db.prepare(ANNOUNCE_MET).bind(importId, firstRecord, JSON.stringify(letters))
    : db.prepare(ANNOUNCE).bind(importId, firstRecord, letters.join(""));
}
