import { MAX_TEXT_LENGTH } from "../../../../leads/fields.ts";
import { MAX_TAGS } from "../../../../leads/tags.ts";
import type {
  Candidate,
  Decisions,
  RefusedUpdate,
  RefusedUpdates,
} from "../../../matching/decide-outcomes.ts";
import { appended, EXTRA } from "../../../matching/updated-columns.ts";
import type { ChunkOfOutcomes, ChunkTarget } from "../chunk.ts";
import { cellOf, extraCell, NUMBERED_ROWS } from "../lead-rows.ts";
import { MET_LEADS, metRows } from "../met-rows.ts";

/** A limit of leads that a record may go beyond which appends to one. */
interface Limit extends RefusedUpdate {
  /** Whether the lead `l` would be beyond it after the record, as SQL. */
  isExceeded: string;
}

const TAGS = extraCell(EXTRA.tags);

const LIMITS: Limit[] = [
  {
    field: "notes",
    isExceeded: `length(${appended("l.notes", cellOf("notes"))}) > ${MAX_TEXT_LENGTH}
      AND ${cellOf("notes")} IS NOT NULL`,
    rejection: {
      code: "too_long",
      reason: `With this record the lead's notes would have more than ${MAX_TEXT_LENGTH} characters. Shorten the lead's notes, or the record's, and send it again.`,
    },
  },
  {
    field: "tags",
    isExceeded: `${TAGS} IS NOT NULL AND ${MAX_TAGS} < (
      SELECT count(*) FROM (SELECT tag FROM lead_tags WHERE lead_id = l.id UNION SELECT value FROM json_each(${TAGS})))`,
    rejection: {
      code: "too_many_tags",
      reason: `With this record the lead would have more than ${MAX_TAGS} tags. Take tags off the lead, or out of the record, and send it again.`,
    },
  },
];

/** The limits that records of a chunk can meet. */
function limitsOf({ rules }: ChunkTarget, candidates: readonly Candidate[]): Limit[] {
  return LIMITS.filter(
    ({ field }) =>
      rules.fields.get(field) === "append" && candidates.some(({ lead }) => lead[field] !== null),
  );
}

/** So often it is asked for refused records; then a lead that refused one refuses all that append to it. */
const MAX_PASSES = 10;

/**
 * Decides what becomes of the records of a chunk, where leads may refuse what is appended to them: a record that is
 * refused changes nothing, so that those after it are decided as if it was not there.
 *
 * @param decide decides, without the updates that were refused so far.
 */
export async function decideWithRefusals(
  db: D1Database,
  target: ChunkTarget,
  candidates: readonly Candidate[],
  decide: (refused: RefusedUpdates) => Decisions,
): Promise<Decisions> {
  const refused: RefusedUpdates = { records: new Map(), leads: new Map() };
  const limits = limitsOf(target, candidates);
  for (let pass = 1; ; pass++) {
    const decisions = decide(refused);
    if (limits.length === 0 || decisions.met.length === 0) return decisions;
    const refusals = await findRefused(db, target, limits, decisions.met);
    if (refusals.size === 0) return decisions;
    const leadOf = new Map(decisions.met.map(({ candidate, leadId }) => [candidate.record, leadId]));
    const refusing = new Set(
      decisions.met.flatMap(({ candidate: { record }, leadId }) => (refusals.has(record) ? [leadId] : [])),
    );
    // What else these leads may refuse is asked at once: until one of them takes something they are as they were.
    const others = decisions.repeated.filter(({ leadId }) => refusing.has(leadId));
    for (const [record, update] of await findRefused(db, target, limits, others)) {
      refused.records.set(record, update);
    }
    for (const [record, update] of refusals) {
      refused.records.set(record, update);
      if (pass >= MAX_PASSES) refused.leads.set(leadOf.get(record) ?? 0, update);
    }
  }
}

/** The records that their leads refuse as these are now, each with why. */
async function findRefused(
  db: D1Database,
  target: ChunkTarget,
  limits: readonly Limit[],
  met: Decisions["repeated"],
): Promise<Map<number, RefusedUpdate>> {
  const refusals = new Map<number, RefusedUpdate>();
  const asked = metRows(target, met).flatMap((rows) => limits.map((limit) => ({ rows, limit })));
  if (asked.length === 0) return refusals;
  const answers = await db.batch<{ record: number }>(
    asked.map(({ rows, limit }) =>
      db.prepare(`${NUMBERED_ROWS} SELECT record FROM ${MET_LEADS} WHERE ${limit.isExceeded}`).bind(rows),
    ),
  );
  for (const [at, { limit }] of asked.entries()) {
    for (const { record } of answers[at]?.results ?? []) {
      if (!refusals.has(record)) refusals.set(record, limit);
    }
  }
  return refusals;
}

/** Whether {@link refuseUpdates} may reject some of the records that meet a lead. */
export function mayRefuse(target: ChunkTarget, met: Decisions["met"]): boolean {
  const candidates = met.map(({ candidate }) => candidate);
  return limitsOf(target, candidates).length > 0;
}

/**
 * Statements that reject records which their leads refuse: those that others have changed since it was decided.
 *
 * @param all the rows of the records that meet a lead.
 */
export function refuseUpdates(
  db: D1Database,
  target: ChunkTarget,
  all: string[],
  candidates: readonly Candidate[],
  chunk: Pick<ChunkOfOutcomes, "firstRecord" | "lines">,
): D1PreparedStatement[] {
  return limitsOf(target, candidates).flatMap(({ isExceeded, rejection: { code, reason } }) =>
    all.map((rows) =>
      db
        .prepare(
          `${NUMBERED_ROWS} INSERT INTO import_rejections (import_id, record_number, code, reason, cells, line, cell)
           SELECT ?2, record, ?3, ?4, ${extraCell(EXTRA.cells)}, ?6 ->> (record - ?5), ?7 FROM ${MET_LEADS}
           WHERE ${isExceeded}
             AND NOT EXISTS (SELECT 1 FROM import_rejections r WHERE r.import_id = ?2 AND r.record_number = record)`,
        )
        .bind(
          rows,
          target.id,
          code,
          reason,
          chunk.firstRecord,
          JSON.stringify(chunk.lines),
          target.cells[code] ?? null,
        ),
    ),
  );
}
