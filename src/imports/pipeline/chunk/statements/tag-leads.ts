import type { Decisions } from "../../../matching/decide-outcomes.ts";
import { tagsOf } from "../../../matching/updated-columns.ts";
import type { ChunkTarget } from "../chunk.ts";
import { parametersOf } from "../lead-rows.ts";

const TAG_CREATED = `WITH created(id, record) AS MATERIALIZED (
    SELECT id, record_number FROM leads WHERE id > (
      SELECT leads_after FROM import_chunks WHERE import_id = ?2 AND first_record = ?3))
  INSERT OR FAIL INTO lead_tags (company_id, lead_id, tag)
  SELECT ?4, created.id, t.value
  FROM json_each(?1) r JOIN created ON created.record = CAST(r.value->>0 AS INTEGER), json_each(r.value->1) t`;

/** Statements that tag the leads which a chunk created; those that a limit took back are not there any more. */
export function tagCreated(
  db: D1Database,
  { id, companyId }: ChunkTarget,
  firstRecord: number,
  { created, copies }: Decisions,
): D1PreparedStatement[] {
  const rows = [...created, ...copies.map(({ candidate }) => candidate)].flatMap(({ record, lead }) =>
    lead.tags === null ? [] : [[record, lead.tags]],
  );
  return parametersOf(rows).map((some) => db.prepare(TAG_CREATED).bind(some, id, firstRecord, companyId));
}

/** The records of a chunk that changed their lead, each with its tags. */
const CHANGED = `json_each(?1) r CROSS JOIN import_matches m
  ON m.import_id = ?2 AND m.record_number = CAST(r.value->>0 AS INTEGER) AND m.changed`;

const untag = (condition: string) => `DELETE FROM lead_tags WHERE rowid IN (
  SELECT o.rowid FROM ${CHANGED} CROSS JOIN lead_tags o ON o.lead_id = m.lead_id
  WHERE o.tag NOT IN (SELECT value FROM json_each(r.value->1)) AND ${condition})`;

const tag = (condition: string) => `INSERT INTO lead_tags (company_id, lead_id, tag)
  SELECT ?3, m.lead_id, t.value FROM ${CHANGED} CROSS JOIN json_each(r.value->1) t
  WHERE ${condition} ON CONFLICT DO NOTHING`;

/** Statements that change the tags of existing leads, after it was written which records change theirs. */
export function tagMet(
  db: D1Database,
  { id, companyId, rules }: ChunkTarget,
  met: Decisions["met"],
): D1PreparedStatement[] {
  const rows = met.flatMap(({ candidate }) => {
    const tags = tagsOf(candidate.lead);
    return tags === null ? [] : [[candidate.record, tags]];
  });
  const statements = (some: string): D1PreparedStatement[] => {
    const untagged = (condition: string) => db.prepare(untag(condition)).bind(some, id);
    const tagged = (condition: string) => db.prepare(tag(condition)).bind(some, id, companyId);
    switch (rules.fields.get("tags") ?? "overwrite") {
      case "keep":
        return [];
      case "fill_empty":
        return [tagged("NOT EXISTS (SELECT 1 FROM lead_tags o WHERE o.lead_id = m.lead_id)")];
      case "append":
        return [untagged("r.value->>1 = '[]'"), tagged("1")];
      default:
        return [untagged("1"), tagged("1")];
    }
  };
  return parametersOf(rows).flatMap(statements);
}
