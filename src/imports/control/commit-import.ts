import { and, eq, gt, sql } from "drizzle-orm";
import { carryAfterAnswer } from "../../audit/outbox/carry.ts";
import { auditInStore, type StoreEvent } from "../../audit/outbox/write.ts";
import { originOf } from "../../audit/record.ts";
import type { CompanyActor } from "../../auth/actor.ts";
import { isLinked } from "../../auth/api-keys/linked-actor.ts";
import { imports } from "../../db/leads/schema.ts";
import { ownedBy, ownedValues, type Tenant } from "../../db/leads/tenant.ts";
import { AppError, requireFound } from "../../errors.ts";
import type { Creation } from "../../http/idempotency/creation.ts";
import type { Call } from "../../http/request/call.ts";
import { hasImportLeft, importQuota, usedUp } from "../../memberships/limits.ts";
import { listStages, type StageRow } from "../../stages/queries.ts";
import { NONE_DIFFERS } from "../dry-run/announcements/differing-records.ts";
import { ANNOUNCED } from "../dry-run/drift.ts";
import { findGone } from "../dry-run/gone-since.ts";
import { requestStep } from "../pipeline/start-import.ts";
import { type ImportRow, selectImport } from "../queries.ts";
import { STATUS, statusName } from "../state/status.ts";
import { isOpenTo, mayBe } from "../state/transitions.ts";
import { UNDOABLE_FOR_MS } from "../undo/undoable.ts";
import { FILE_ERASED, hasFile, removeChunks, waitingAgain } from "./begin-again.ts";
import { unfinishedErasure, waitForErasure } from "./unfinished-erasure.ts";

const COMMITTED: StoreEvent = {
  action: "import.committed",
  companyId: sql`company_id`,
  objectId: sql`id`,
};

/** How long after its end a dry run can be committed, in milliseconds: what it announced is old by then. */
const COMMITTABLE_FOR_MS = UNDOABLE_FOR_MS;

/**
 * Lets a dry run import its file: the same import begins again, and writes leads this time. Its outcomes are kept as
 * what it announced. Asked for again it changes nothing, as long as the import runs, or has come to its end.
 *
 * @throws 402 where the imports of the month are used up; 409 for what is no dry run that has ended, and while a person
 * is being erased from its file, saying what to do.
 */
export async function commitImport(
  call: Call,
  { actor, tenant, row }: { actor: CompanyActor; tenant: Tenant; row: ImportRow },
  creation: Creation,
): Promise<ImportRow> {
  const { db } = tenant;
  const { now } = call;
  const { directory } = call.databases;
  requireFewEnough(actor, row);
  const [quota] = await Promise.all([
    importQuota(directory, row.companyId, now),
    isOpenTo("commit", row.status) && requireNothingGone(tenant, row.id, () => listStages(directory)),
  ]);
  const mine = sql`${imports} WHERE id = ${row.id}`;
  const [[erasure], committed, , [changed]] = await db.batch([
    unfinishedErasure(db, row),
    db
      .update(imports)
      .set({
        ...waitingAgain(now, "start"),
        dryRun: false,
        announced: ANNOUNCED,
        differingRecords: NONE_DIFFERS,
        committedAt: now,
        imagesFrom: sql`iif(${imports.onDuplicate} = 'update', 1, NULL)`,
      })
      .where(
        and(
          eq(imports.id, row.id),
          mayBe("commit"),
          gt(imports.finishedAt, now - COMMITTABLE_FOR_MS),
          hasFile(),
          hasImportLeft(quota),
        ),
      )
      .returning({ queuedAt: imports.queuedAt }),
    auditInStore(db, originOf(call, actor), COMMITTED, sql`FROM ${mine} AND changes() > 0`),
    selectImport(db, row),
    ...creation.record(db, sql`(SELECT id FROM ${mine} AND ${isCommitted()})`),
    ...removeChunks(db, row.id),
  ]);
  const after = requireFound(changed);
  if (committed.length === 0 && !isCommittedAlready(after)) {
    if (erasure && isCommittable(after, now)) {
      throw new AppError("not_committable", waitForErasure(erasure.id, "commit it"));
    }
    if (quota && isCommittable(after, now)) throw usedUp(quota);
    throw new AppError("not_committable", adviceFor(after));
  }
  if (committed[0]?.queuedAt != null) call.waitUntil(requestStep(call.env, after.importCode));
  carryAfterAnswer(call, tenant.store);
  return after;
}

/** @throws 409 where a file has more records than the link that it came by allows. */
function requireFewEnough(actor: CompanyActor, { totalRecords }: ImportRow): void {
  if (!isLinked(actor) || (totalRecords ?? 0) <= actor.importLink.mostRecords) return;
  const detail = `The file has ${totalRecords} records, and the link takes ${actor.importLink.mostRecords} at a time: split it.`;
  throw new AppError("not_committable", detail);
}

/** @throws 409 where something is gone since the dry run that records answer to. The import looks again as it begins. */
async function requireNothingGone(
  tenant: Tenant,
  id: number,
  stages: () => Promise<StageRow[]>,
): Promise<void> {
  const { companyId, campaignId, layout, mapping, constants } = imports;
  const tried = await tenant.db
    .select({ companyId, campaignId, layout, mapping, constants })
    .from(imports)
    .where(and(eq(imports.id, id), ownedBy(tenant, companyId)))
    .prepare()
    .get(ownedValues(tenant));
  const gone = tried && (await findGone(tenant, tried, stages));
  if (gone) throw new AppError("not_committable", gone);
}

const UNFAILED: readonly number[] = [
  STATUS.pending,
  STATUS.processing,
  STATUS.completed,
  STATUS.completed_with_errors,
];

/** Whether an import was a dry run and has been committed, and nothing has kept it from its end. */
function isCommittedAlready({ announced, status, undo }: ImportRow): boolean {
  return announced !== null && undo === null && UNFAILED.includes(status);
}

function isCommitted() {
  return sql`announced IS NOT NULL AND status IN (${sql.raw(UNFAILED.join())})
    AND NOT EXISTS (SELECT 1 FROM import_undos u WHERE u.import_id = imports.id)`;
}

function isCommittable({ status, finishedAt, fileKey }: ImportRow, now: number): boolean {
  return isOpenTo("commit", status) && (finishedAt ?? 0) > now - COMMITTABLE_FOR_MS && fileKey !== "";
}

function adviceFor({ status, dryRun, announced, fileKey, undo, failureCode }: ImportRow): string {
  if (announced !== null) {
    if (undo !== null)
      return "It was committed, and undone since. To import the file once more, send it again.";
    return `It was committed, and has ended as ${statusName(status)}. Let it go on with retry.`;
  }
  if (!dryRun)
    return "It was no dry run: its leads are in already. Look at its counters; undo takes it back.";
  if (isOpenTo("cancel", status)) {
    return "The dry run is still running: commit it once its status is validated.";
  }
  if (failureCode !== null || isOpenTo("retry", status)) {
    return `The dry run has ended as ${statusName(status)}, and not come to the end of its file. Let it run again with retry, or send the file again.`;
  }
  if (fileKey === "") return FILE_ERASED;
  return "The dry run ended more than 30 days ago, and the leads have changed since. Send the file again.";
}
