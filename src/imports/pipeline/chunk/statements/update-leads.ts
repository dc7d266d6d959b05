import type { Decisions } from "../../../matching/decide-outcomes.ts";
import { JSON_COLUMNS, tagsOf, UPDATABLE, UpdatedColumns } from "../../../matching/updated-columns.ts";
import { beforeImage, changedValues } from "../before-image.ts";
import type { ChunkOfOutcomes, ChunkTarget } from "../chunk.ts";
import { NUMBERED_ROWS, nameOf } from "../lead-rows.ts";
import { MET_LEADS, metRows } from "../met-rows.ts";
import { refuseUpdates } from "./refuse-updates.ts";
import { tagMet } from "./tag-leads.ts";

const STAGE = UPDATABLE.filter(({ column }) => column === "stageId");

/** The records that are not rejected, each with what its lead was before, where it changes it. */
const match = (after: UpdatedColumns, tagged: boolean) => `${NUMBERED_ROWS},
  met(record, lead_id, version, updated_at, changed) AS MATERIALIZED (
    SELECT record, l.id, l.version, l.updated_at, ${changedValues(after, tagged, "?2")} FROM ${MET_LEADS}
    WHERE NOT EXISTS (SELECT 1 FROM import_rejections r WHERE r.import_id = ?3 AND r.record_number = record))
  INSERT INTO import_matches (import_id, record_number, lead_id, changed, before)
  SELECT ?3, record, lead_id, changed <> '', ${beforeImage("changed", "version", "updated_at")} FROM met`;

const changeStages = (after: UpdatedColumns) => `${NUMBERED_ROWS} INSERT INTO lead_stage_changes
    (company_id, lead_id, from_stage_id, to_stage_id, changed_at)
  SELECT l.company_id, l.id, l.stage_id, ${STAGE.map((field) => after.valueOf(field, "l")).join()}, ?3
  FROM rows JOIN import_matches m ON m.import_id = ?2 AND m.record_number = rows.record AND m.changed
    JOIN leads l ON l.id = m.lead_id
  WHERE ${STAGE.map((field) => after.valueOf(field, "l")).join()} <> l.stage_id`;

const update = (after: UpdatedColumns) => `${NUMBERED_ROWS} UPDATE leads SET
    ${UPDATABLE.map((field) => `${nameOf(field.column)} = ${after.valueOf(field, "leads")}`).join(", ")},
    phone_raw = ${after.phoneRaw("leads")},
    ${JSON_COLUMNS.map((column) => `${nameOf(column)} = ${after.json(column, "leads")}`).join(", ")},
    campaign_id = coalesce(leads.campaign_id, ?2),
    version = leads.version + 1,
    updated_at = ?4
  FROM rows, import_matches m
  WHERE m.import_id = ?3 AND m.record_number = rows.record AND m.changed AND leads.id = m.lead_id
    AND m.record_number BETWEEN ?5 AND ?6`;

/**
 * What the statements of records that meet leads are made of.
 *
 * @param more what each row has after the cells of its record.
 */
export function updatesOf(
  target: ChunkTarget,
  met: Decisions["met"],
  more?: (met: Decisions["met"][number]) => unknown[],
) {
  const candidates = met.map(({ candidate }) => candidate);
  return {
    after: new UpdatedColumns(
      target.rules,
      candidates.some(({ lead }) => lead.clears !== null),
    ),
    all: metRows(target, met, more),
    candidates,
    tagged: candidates.some(({ lead }) => tagsOf(lead) !== null),
  };
}

/**
 * Statements that note which records of a chunk meet a lead, and change these leads.
 *
 * @param now milliseconds since 1970.
 */
export function updateLeads(
  db: D1Database,
  target: ChunkTarget,
  chunk: ChunkOfOutcomes,
  { met, movedIds }: Decisions,
  now: number,
): D1PreparedStatement[] {
  const { id, campaignId } = target;
  const { firstRecord, records } = chunk;
  const lastRecord = firstRecord + records - 1;
  const { after, all, candidates, tagged } = updatesOf(target, met);
  return [
    ...refuseUpdates(db, target, all, candidates, chunk),
    ...all.map((rows) => db.prepare(match(after, tagged)).bind(rows, campaignId, id)),
    ...all.map((rows) => db.prepare(changeStages(after)).bind(rows, id, now)),
    ...(movedIds.length > 0
      ? [
          db
            .prepare(
              `UPDATE leads SET external_id = NULL WHERE id IN (SELECT value FROM json_each(?1)) AND id IN (
                 SELECT lead_id FROM import_matches WHERE import_id = ?2 AND record_number BETWEEN ?3 AND ?4)`,
            )
            .bind(JSON.stringify(movedIds), id, firstRecord, lastRecord),
        ]
      : []),
    ...all.map((rows) => db.prepare(update(after)).bind(rows, campaignId, id, now, firstRecord, lastRecord)),
    ...tagMet(db, target, met),
  ];
}
