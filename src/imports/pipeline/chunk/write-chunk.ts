import { queryBuilder } from "../../../db/clients.ts";
import type { Tenant } from "../../../db/leads/tenant.ts";
import { prepared } from "../../../db/prepared.ts";
import { isFieldLimitError, registerFields } from "../../../leads/custom-fields/register.ts";
import type { LeadLimit } from "../../../memberships/lead-limit.ts";
import { markAnswers } from "../../../questions/mark-answers.ts";
import { assertPlannedQuota, planChunk } from "../../dry-run/plan-chunk.ts";
import { findPromoted, type PromotedCopy } from "../../dry-run/plan-copies.ts";
import {
  type Admit,
  type Candidate,
  type Decisions,
  decideOutcomes,
  type RefusedUpdates,
} from "../../matching/decide-outcomes.ts";
import {
  assertStillFound,
  isExternalIdError,
  isIdentityError,
  lookUpStatement,
  readFound,
} from "../../matching/find-known-leads.ts";
import { STATUS } from "../../state/status.ts";
import { countOutcomes } from "../ledger/count-outcomes.ts";
import { Superseded } from "../superseded.ts";
import { type ChunkOfOutcomes, type ChunkTarget, lineOf } from "./chunk.ts";
import { chunkWarnings } from "./chunk-warnings.ts";
import { parametersOf } from "./lead-rows.ts";
import { type LookedUp, lookUpChunk, lookUpFor } from "./look-up-chunk.ts";
import { insertLeads } from "./statements/insert-leads.ts";
import {
  addToLeadCount,
  assertLeadQuota,
  isLeadQuotaError,
  leadsLeft,
  overLimit,
} from "./statements/limit-leads.ts";
import { cutWhereCopiesMove, moveCopies } from "./statements/move-copies.ts";
import { decideWithRefusals, mayRefuse } from "./statements/refuse-updates.ts";
import { tagCreated } from "./statements/tag-leads.ts";
import { updateLeads } from "./statements/update-leads.ts";

/** How often others may change the leads that a chunk meets before it gives up for now. */
const MAX_TRIES = 10;

/**
 * Imports that the database has refused an external id, a lead or a custom field. From then on all of these are looked
 * up before each chunk is decided: which of several reasons a record is rejected for must not depend on the chunk.
 */
const refusedOnce = new WeakSet<ChunkTarget>();

/** What the batch of a chunk has beside the chunk. */
interface ChunkSurroundings {
  lookedUp: LookedUp | null;
  next: ChunkOfOutcomes | null;
  first?: D1PreparedStatement[];
  last?: D1PreparedStatement[];
}

/** What the batch of a chunk gives. */
export interface WrittenChunk {
  /** The records that were rejected because of what the store has. */
  rejected: Decisions["rejected"];
  /** The leads that the next chunk may match, where they were looked up. */
  lookedUp: LookedUp | null;
}

/**
 * Writes one chunk with all that follows from it, in one transaction: its leads, its rejected records, the
 * ledger's counters and the checkpoint.
 *
 * Its first statement takes the chunk's place in the import's one line of chunks. Where that place is taken, or
 * the checkpoint is elsewhere, or the import is over, the statement breaks a constraint and the whole batch
 * rolls back: however often a message is delivered, a chunk counts once.
 *
 * The outcome of each record is decided before, from the leads that the records may match. The second statement
 * lets the batch fail where these are others by now: then they are looked up, and it is decided, again.
 *
 * @param now milliseconds since 1970.
 * @param lookedUp the leads that its records may match, where the chunk before it looked them up.
 * @param next the chunk after it, whose leads are looked up in the same transaction.
 * @param first statements before its own.
 * @param last statements after these.
 * @throws {Superseded} where nothing was written because it need not be.
 * @throws {ChunkCut} where nothing was written because the chunk has to end earlier.
 */
export async function writeChunk(
  tenant: Tenant,
  target: ChunkTarget,
  chunk: ChunkOfOutcomes,
  now: number,
  { lookedUp: foundBefore, next, first = [], last = [] }: ChunkSurroundings,
): Promise<WrittenChunk> {
  const db = tenant.client;
  for (let tries = 0; ; tries++) {
    // A copy may have the id of its lead, so that no constraint of the database keeps it from having another's.
    const isRefusedOnce = refusedOnce.has(target);
    // Of a dry run no constraint refuses anything.
    const allIds = target.onDuplicate === "create" || isRefusedOnce || target.plan !== null;
    const lookedUp = (tries === 0 && foundBefore) || (await lookUpChunk(db, target, chunk, allIds));
    const dryRunId = target.plan && target.id;
    const left = target.leadLimit && isRefusedOnce ? await leadsLeft(db, target.leadLimit, dryRunId) : null;
    // Each time from the leads as they were looked up: to decide changes what is known of them.
    const decide = (updates: RefusedUpdates) =>
      decideOutcomes(
        chunk.leads,
        (lookedUp?.answer.leads ?? []).map((lead) => ({ ...lead })),
        target,
        updates,
        admission(target, left),
      );
    const decisions = await decideWithRefusals(db, target, chunk.leads, decide);
    await cutWhereCopiesMove(db, chunk, decisions);
    const promoted = target.plan ? await findPromoted(db, target, target.plan, decisions) : [];
    const asserting = lookedUp
      ? [assertStillFound(db, lookedUp.lookUp, lookedUp.answer, chunk.firstRecord, tries > 0)]
      : [];
    const nextLookUp = next && lookUpFor(target, next, allIds);
    const lookingUp = nextLookUp ? [lookUpStatement(db, nextLookUp)] : [];
    try {
      const naming = target.fields.namesOf(decisions, target.rules);
      const around = { asserting, naming, promoted, lookingUp };
      const statements = statementsOf(db, target, chunk, decisions, around, now);
      const results = await writeOnce(db, [...first, ...statements, ...last]);
      target.fields.confirm(naming);
      const lookedUpNext = nextLookUp && {
        lookUp: nextLookUp,
        answer: readFound(results.at(-1 - last.length), nextLookUp),
      };
      return { rejected: decisions.rejected, lookedUp: lookedUpNext };
    } catch (error) {
      const isRefusal = isExternalIdError(error) || isLeadQuotaError(error) || isFieldLimitError(error);
      if (isRefusal && tries < MAX_TRIES) {
        await target.fields.meetLimit(db, target.companyId);
        refusedOnce.add(target);
      } else if (!isIdentityError(error) || tries >= MAX_TRIES) throw error;
    }
  }
}

/** What the limits of the company leave out of a chunk; `null` where none is near. */
function admission(target: ChunkTarget, leadsLeft: number | null): Admit | null {
  const { leadLimit, fields, rules } = target;
  const admitFields = fields.admission(rules);
  if (leadLimit === null || leadsLeft === null) return admitFields;
  let left = leadsLeft;
  return (candidate, isNew) => {
    if (isNew && left === 0) return overLimit(leadLimit);
    const rejection = admitFields?.(candidate, isNew) ?? null;
    if (isNew && rejection === null) left -= 1;
    return rejection;
  };
}

/** The records that are written as leads, or into leads that are there. */
function writtenOf({ created, copies, met }: Decisions): Candidate[] {
  return [...created, ...[...copies, ...met].map(({ candidate }) => candidate)];
}

/** @throws {Superseded} where the chunk's place is taken. */
async function writeOnce(db: D1Database, statements: D1PreparedStatement[]): Promise<D1Result[]> {
  try {
    return await db.batch(statements);
  } catch (error) {
    if (error instanceof Error && /constraint failed: import_chunks\.(?!records)/.test(error.message)) {
      throw new Superseded(error.message);
    }
    throw error;
  }
}

/** What goes into the transaction of a chunk around its leads. */
interface Around {
  asserting: D1PreparedStatement[];
  naming: string[];
  promoted: PromotedCopy[];
  lookingUp: D1PreparedStatement[];
}

/**
 * @param asserting what fails where the decisions do not hold any more.
 * @param naming the custom fields that are new.
 * @param promoted of a dry run, the copies that become leads of their own.
 * @param lookingUp what the next chunk needs: it sees the leads as this one left them, and comes last.
 */
function statementsOf(
  db: D1Database,
  target: ChunkTarget,
  chunk: ChunkOfOutcomes,
  decisions: Decisions,
  { asserting, naming, promoted, lookingUp }: Around,
  now: number,
): D1PreparedStatement[] {
  const { firstRecord, records } = chunk;
  const { plan } = target;
  const written = writtenOf(decisions);
  const warned = written.filter(({ lead }) => lead.warnings);
  const mayBeRejected = mayRefuse(target, decisions.met);
  const limit = decisions.created.length + decisions.copies.length > 0 ? target.leadLimit : null;

  const statements = [
    db
      .prepare(
        `INSERT INTO import_chunks
           (import_id, first_record, records, leads_after, written_at, warnings)
         VALUES (
           (SELECT id FROM imports
            WHERE id = ?1 AND status = ${STATUS.processing} AND next_record = ?2 AND checkpoint_offset = ?4
              AND cancel_requested_at IS NULL),
           ?2, ?3, (SELECT coalesce(max(id), 0) FROM ${plan ? "import_plans" : "leads"}), ?5, ?6)`,
      )
      .bind(
        target.id,
        firstRecord,
        records,
        chunk.startOffset,
        now,
        warned.length > 0 ? JSON.stringify(chunkWarnings(warned, mayBeRejected, chunk)) : null,
      ),
    ...asserting,
    ...(plan
      ? planChunk(db, target, plan, chunk, { decisions, naming, promoted })
      : writeLeads(db, target, chunk, { decisions, naming, written, limit }, now)),
  ];
  const rejections = [...chunk.rejections, ...decisions.rejected].map((one) =>
    rejectionRow(one, chunk, target),
  );
  for (const rows of parametersOf(rejections)) {
    statements.push(
      db
        .prepare(
          `INSERT OR FAIL INTO import_rejections (import_id, record_number, code, reason, cells, line, cell)
           SELECT ?1, value->>0, value->>1, value->>2, value->>3, value->>4, value->>5 FROM jsonb_each(?2)`,
        )
        .bind(target.id, rows),
    );
  }
  const warnedRecords = warned.map(({ record }) => record);
  statements.push(countOutcomes(db, target, chunk, warnedRecords, now));
  if (plan && limit) statements.push(assertPlannedQuota(db, target.id, limit));
  return [...statements, ...lookingUp];
}

/**
 * Statements that write what the records of a chunk make of leads, with all that hangs on these.
 *
 * @param written the records that are leads then.
 * @param limit the limit on leads that they may meet.
 */
function writeLeads(
  db: D1Database,
  target: ChunkTarget,
  chunk: ChunkOfOutcomes,
  {
    decisions,
    naming,
    written,
    limit,
  }: { decisions: Decisions; naming: string[]; written: Candidate[]; limit: LeadLimit | null },
  now: number,
): D1PreparedStatement[] {
  const { firstRecord } = chunk;
  return [
    ...(naming.length > 0
      ? [prepared(db, registerFields(queryBuilder, target.companyId, naming, now).getSQL())]
      : []),
    ...updateLeads(db, target, chunk, decisions, now),
    ...insertLeads(db, target, chunk, decisions, now),
    ...moveCopies(db, target, decisions, now),
    ...addToLeadCount(db, target, firstRecord),
    ...(limit ? [assertLeadQuota(db, target.companyId, limit)] : []),
    ...tagCreated(db, target, firstRecord, decisions),
    ...markAnswers(
      queryBuilder,
      target.companyId,
      written.map(({ lead }) => lead.answers),
      (question) => target.choices.has(question),
    ).map((statement) => prepared(db, statement.getSQL())),
  ];
}

function rejectionRow(
  { record, rejection, cells }: Decisions["rejected"][number],
  chunk: ChunkOfOutcomes,
  target: ChunkTarget,
): unknown[] {
  const { code, reason, cell = target.cells[code] } = rejection;
  if (target.keepsCodesAlone) return [record, code, "", [], null, null];
  return [record, code, reason, cells.map(withoutControls), lineOf(chunk, record), cell ?? null];
}

/** Removes control characters: as JSON each of them would take six bytes. */
function withoutControls(cell: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
  return cell.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "");
}
