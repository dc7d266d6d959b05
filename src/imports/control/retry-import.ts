import { and, eq, sql } from "drizzle-orm";
import { carryAfterAnswer } from "../../audit/outbox/carry.ts";
import { auditInStore, type StoreEvent } from "../../audit/outbox/write.ts";
import { originOf } from "../../audit/record.ts";
import type { CompanyActor } from "../../auth/actor.ts";
import { imports } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { AppError, requireFound } from "../../errors.ts";
import type { Creation } from "../../http/idempotency/creation.ts";
import type { Call } from "../../http/request/call.ts";
import { dropAnnouncedBefore } from "../dry-run/announcements/drop-announcements.ts";
import { STALLED } from "../pipeline/stalled.ts";
import { requestStep } from "../pipeline/start-import.ts";
import { type ImportRow, selectImport } from "../queries.ts";
import { STATUS } from "../state/status.ts";
import { isOpenTo, mayBe } from "../state/transitions.ts";
import { FILE_ERASED, hasFile, removeChunks, waitingAgain } from "./begin-again.ts";
import { undoMessage } from "./undo-message.ts";
import { unfinishedErasure, waitForErasure } from "./unfinished-erasure.ts";

const RETRIED: StoreEvent = { action: "import.retried", companyId: sql`company_id`, objectId: sql`id` };

/**
 * Lets an import go on that was cancelled, or failed because of the platform: at its checkpoint, so that every record
 * still has one outcome. Its error file is written again as a whole when it ends. A dry run has kept nothing of what it
 * planned, and begins again.
 *
 * @throws 409 for any other, and while a person is being erased from its file, saying what to do instead.
 */
export async function retryImport(
  call: Call,
  { actor, tenant, row }: { actor: CompanyActor; tenant: Tenant; row: ImportRow },
  creation: Creation,
): Promise<ImportRow> {
  const { db } = tenant;
  const { now } = call;
  const mine = sql`${imports} WHERE id = ${row.id}`;
  const [[erasure], retried, , [changed]] = await db.batch([
    unfinishedErasure(db, row),
    db
      .update(imports)
      .set({
        ...waitingAgain(now, row.dryRun ? "start" : "checkpoint"),
        cancelRequestedAt: null,
        failureCode: null,
        failureDetail: null,
      })
      .where(
        and(
          eq(imports.id, row.id),
          mayBe("retry"),
          eq(imports.dryRun, row.dryRun),
          sql`(${imports.status} = ${STATUS.cancelled} OR ${imports.failureCode} = ${STALLED.code})`,
          hasFile(),
        ),
      )
      .returning({ queuedAt: imports.queuedAt }),
    auditInStore(db, originOf(call, actor), RETRIED, sql`FROM ${mine} AND changes() > 0`),
    selectImport(db, row),
    // What changed last is the outbox: by its event, where this request is the one that retried.
    ...creation.record(db, sql`(SELECT id FROM ${mine} AND changes() > 0)`),
    ...(row.dryRun ? [...removeChunks(db, row.id), dropAnnouncedBefore(db, row.id)] : []),
  ]);
  const after = requireFound(changed);
  if (retried.length === 0) throw notRetryable(after, erasure?.id);
  if (retried[0]?.queuedAt != null) call.waitUntil(requestStep(call.env, after.importCode));
  carryAfterAnswer(call, tenant.store);
  return after;
}

function notRetryable({ status, failureCode, fileKey, undo }: ImportRow, erasureId?: number): AppError {
  if (undo !== null) {
    return new AppError("import_not_retryable", `${undoMessage(status)} Send the file as a new import.`);
  }
  if (isOpenTo("commit", status)) {
    const detail =
      "The dry run has dealt with every record: commit it, or correct the file and send it again.";
    return new AppError("import_not_retryable", detail);
  }
  const isOpen = isOpenTo("retry", status) && (failureCode === null || failureCode === STALLED.code);
  if (erasureId !== undefined && isOpen && fileKey !== "") {
    return new AppError("import_not_retryable", waitForErasure(erasureId, "retry it"));
  }
  return new AppError("import_not_retryable", adviceFor(status, failureCode, fileKey));
}

function adviceFor(status: number, failureCode: string | null, fileKey: string): string {
  if (isOpenTo("cancel", status)) return "The import is running: follow it, or cancel it first.";
  if (!isOpenTo("retry", status)) {
    return "Every record of the import has its outcome. Correct the error file and send it as a new import.";
  }
  if (failureCode !== null && failureCode !== STALLED.code) {
    return "The file could not be used: do what the import's failure says, and send it as a new import.";
  }
  if (fileKey === "") return FILE_ERASED;
  return "The import has changed in this moment. Look at its status, and ask again.";
}
