import type { LeadLimit } from "../../memberships/lead-limit.ts";
import type { Decisions } from "../matching/decide-outcomes.ts";
import { EXTRA } from "../matching/updated-columns.ts";
import { changedValues } from "../pipeline/chunk/before-image.ts";
import type { ChunkOfOutcomes, ChunkTarget } from "../pipeline/chunk/chunk.ts";
import { extraCell, NUMBERED_ROWS, parametersOf } from "../pipeline/chunk/lead-rows.ts";
import { MET_LEADS } from "../pipeline/chunk/met-rows.ts";
import { refuseUpdates } from "../pipeline/chunk/statements/refuse-updates.ts";
import { updatesOf } from "../pipeline/chunk/statements/update-leads.ts";
import { announceChunk } from "./announcements/announce-chunk.ts";
import type { PromotedCopy } from "./plan-copies.ts";
import type { HashedIdentity, PlannedKeys } from "./planned-keys.ts";

const COLUMNS = "(import_id, record_number, lead_id, changed, email, phone, external_id)";

const PLAN_CREATED = `INSERT OR FAIL INTO import_plans ${COLUMNS}
  SELECT ?1, value->>0, NULL, NULL, value->>1, value->>2, value->>3 FROM json_each(?2)`;

/**
 * A lead that keeps its keys is found by those of the store, so that its row has none. A copy that an earlier record
 * made a lead of its own has a row by that already, with keys that the store does not find it by.
 */
const plannedKey = (key: "email" | "phone" | "externalId") =>
  `iif(l.duplicate_of IS NOT NULL OR ${extraCell(EXTRA.isRekeyed)}, ${extraCell(EXTRA[key])}, NULL)`;

const planMet = (changed: string) => `${NUMBERED_ROWS}
  INSERT OR REPLACE INTO import_plans ${COLUMNS}
  SELECT ?3, record, l.id, ${changed} <> '', ${plannedKey("email")}, ${plannedKey("phone")}, ${plannedKey("externalId")}
  FROM ${MET_LEADS}
  WHERE NOT EXISTS (SELECT 1 FROM import_rejections r WHERE r.import_id = ?3 AND r.record_number = record)`;

const PLAN_COPIES = `INSERT OR IGNORE INTO import_plans ${COLUMNS}
  SELECT ?1, 0, value->>0, NULL, value->>1, value->>2, value->>3 FROM json_each(?2)`;

const PLAN_FIELDS = `UPDATE imports SET planned_fields = (
    SELECT json_group_array(value) FROM (
      SELECT value FROM json_each(coalesce(planned_fields, '[]')) UNION SELECT value FROM json_each(?2)))
  WHERE id = ?1`;

/** What a chunk of a dry run plans. */
interface Planned {
  decisions: Decisions;
  /** Custom fields that are new. */
  naming: readonly string[];
  promoted: readonly PromotedCopy[];
}

/**
 * Statements that keep what a chunk would write, in place of writing it: what later records see of it, and what its
 * outcomes are counted by.
 */
export function planChunk(
  db: D1Database,
  target: ChunkTarget,
  plan: PlannedKeys,
  chunk: ChunkOfOutcomes,
  { decisions, naming, promoted }: Planned,
): D1PreparedStatement[] {
  const { created, copies, met } = decisions;
  const { id, campaignId } = target;
  const row = (first: number, { email, phone, externalId }: HashedIdentity) => [
    first,
    email,
    phone,
    externalId,
  ];
  const { after, all, candidates, tagged } = updatesOf(target, met, ({ identity, isRekeyed }) =>
    row(Number(isRekeyed), plan.hashed(identity)),
  );
  // A copy is nobody's first lead: it is counted, and never met.
  const rows = [
    ...created.map(({ record, lead }) => row(record, plan.hashed(lead))),
    ...copies.map(({ candidate: { record } }) => [record, null, null, null]),
  ];
  const changed = changedValues(after, tagged, "?2");
  return [
    ...(naming.length > 0 ? [db.prepare(PLAN_FIELDS).bind(id, JSON.stringify(naming))] : []),
    ...refuseUpdates(db, target, all, candidates, chunk),
    ...all.map((some) => db.prepare(planMet(changed)).bind(some, campaignId, id)),
    ...parametersOf(rows).map((some) => db.prepare(PLAN_CREATED).bind(id, some)),
    ...parametersOf(promoted.map((copy) => row(copy.id, plan.hashed(copy)))).map((some) =>
      db.prepare(PLAN_COPIES).bind(id, some),
    ),
    announceChunk(db, id, chunk, decisions),
  ];
}

/** The outcomes of a chunk by its plan, as SQL: as `OUTCOMES` of the chunk that writes. */
export const PLANNED_OUTCOMES = `
  SELECT
    count(*) FILTER (WHERE lead_id IS NULL) AS created,
    count(*) FILTER (WHERE changed) AS updated,
    count(*) FILTER (WHERE NOT changed) AS unchanged,
    (SELECT count(*) FROM import_rejections r
     WHERE r.import_id = ?1 AND r.record_number BETWEEN ?2 AND ?4) AS failed,
    count(*) FILTER (WHERE record_number IN (SELECT value FROM json_each(?5))) AS warned
  FROM import_plans
  WHERE id > (SELECT leads_after FROM import_chunks WHERE import_id = ?1 AND first_record = ?2)`;

/**
 * A statement that fails, and the transaction with it, where the companies of a membership would have more leads than
 * it allows; after the outcomes of the chunk were counted.
 */
export function assertPlannedQuota(
  db: D1Database,
  importId: number,
  { most, companyIds }: LeadLimit,
): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE imports SET created_records = NULL
       WHERE id = ?1 AND ?2 < created_records + (
         SELECT coalesce(sum(leads), 0) FROM lead_counts WHERE company_id IN (SELECT value FROM json_each(?3)))`,
    )
    .bind(importId, most, JSON.stringify(companyIds));
}
