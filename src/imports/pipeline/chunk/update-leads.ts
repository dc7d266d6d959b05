import { FIELD_LIST } from "../../../leads/fields.ts";
import type { ChunkOfOutcomes, ChunkTarget } from "./chunk.ts";
import { cellOf, KEY, NUMBERED_ROWS, nameOf } from "./lead-rows.ts";

/** The columns that a later record may fill in or change. */
const UPDATABLE = FIELD_LIST.flatMap(({ updatable, column }) => (updatable ? [column] : []));

/** Those that are JSON: their keys are changed one by one. */
const JSON_COLUMNS = ["answers", "customFields"] as const;

/** The value of a column after the record: an empty cell says nothing, so it changes nothing. */
function updated(column: (typeof UPDATABLE)[number], table: string): string {
  return `coalesce(${cellOf(column)}, ${table}.${nameOf(column)})`;
}

/** RFC 7396: keys that the record has replace the lead's, the others stay. */
function patched(column: (typeof JSON_COLUMNS)[number], table: string): string {
  const [cell, before] = [cellOf(column), `${table}.${nameOf(column)}`];
  return `iif(${cell} IS NULL, ${before}, json_patch(coalesce(${before}, '{}'), ${cell}))`;
}

/** The phone as it was written stays beside the phone that it was read as; another phone brings its own. */
function phoneRaw(table: string): string {
  const [phone, asWritten] = [cellOf("phone"), cellOf("phoneRaw")];
  return `CASE
    WHEN ${phone} IS NOT NULL AND ${phone} IS NOT ${table}.phone THEN ${asWritten}
    WHEN ${phone} IS NOT NULL OR ${table}.phone IS NULL THEN coalesce(${asWritten}, ${table}.phone_raw)
    ELSE ${table}.phone_raw
  END`;
}

/** Whether the lead `l` would be another after the record. */
const CHANGES = [
  ...UPDATABLE.map((column) => `${updated(column, "l")} IS NOT l.${nameOf(column)}`),
  `${phoneRaw("l")} IS NOT l.phone_raw`,
  "(l.campaign_id IS NULL AND ?3 IS NOT NULL)",
  ...JSON_COLUMNS.map((column) => `${patched(column, "l")} IS NOT l.${nameOf(column)}`),
].join(" OR ");

/** Leads that this import created, or has met before, stay as they are: the first record of a file wins. */
const MATCH = `${NUMBERED_ROWS} INSERT INTO import_matches (import_id, record_number, lead_id, changed)
  SELECT ?4, record, l.id, ${CHANGES}
  FROM rows CROSS JOIN leads l
    ON l.company_id = ?2 AND l.dedupe_key = ${KEY} AND l.duplicate_of IS NULL AND l.deleted_at IS NULL
  WHERE l.import_id IS NOT ?4
  ON CONFLICT (import_id, lead_id) DO NOTHING`;

const CHANGE_STAGES = `${NUMBERED_ROWS} INSERT INTO lead_stage_changes
    (company_id, lead_id, from_stage_id, to_stage_id, changed_at)
  SELECT l.company_id, l.id, l.stage_id, ${cellOf("stageId")}, ?3
  FROM rows JOIN import_matches m ON m.import_id = ?2 AND m.record_number = rows.record AND m.changed
    JOIN leads l ON l.id = m.lead_id
  WHERE ${cellOf("stageId")} <> l.stage_id`;

const UPDATE = `${NUMBERED_ROWS} UPDATE leads SET
    ${UPDATABLE.map((column) => `${nameOf(column)} = ${updated(column, "leads")}`).join(", ")},
    phone_raw = ${phoneRaw("leads")},
    ${JSON_COLUMNS.map((column) => `${nameOf(column)} = ${patched(column, "leads")}`).join(", ")},
    campaign_id = coalesce(leads.campaign_id, ?2),
    version = leads.version + 1,
    updated_at = ?4
  FROM rows, import_matches m
  WHERE m.import_id = ?3 AND m.record_number = rows.record AND m.changed AND leads.id = m.lead_id
    AND m.record_number BETWEEN ?5 AND ?6`;

/**
 * Statements that note which records of a chunk met a lead, and change these leads. They come before the statement
 * that inserts the chunk's own.
 *
 * @param rows JSON, see {@link NUMBERED_ROWS}.
 * @param now milliseconds since 1970.
 */
export function updateLeads(
  db: D1Database,
  target: ChunkTarget,
  { firstRecord, records }: ChunkOfOutcomes,
  rows: string,
  now: number,
): D1PreparedStatement[] {
  const { id, companyId, campaignId } = target;
  const lastRecord = firstRecord + records - 1;
  return [
    db.prepare(MATCH).bind(rows, companyId, campaignId, id),
    db.prepare(CHANGE_STAGES).bind(rows, id, now),
    db.prepare(UPDATE).bind(rows, campaignId, id, now, firstRecord, lastRecord),
  ];
}
