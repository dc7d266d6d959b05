import { and, eq, isNull, sql } from "drizzle-orm";
import { carryAfterAnswer } from "../../audit/outbox/carry.ts";
import { auditInStore, type StoreEvent } from "../../audit/outbox/write.ts";
import { originOf } from "../../audit/record.ts";
import type { CompanyActor } from "../../auth/actor.ts";
import { imports } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { AppError, requireFound } from "../../errors.ts";
import type { Creation } from "../../http/idempotency/creation.ts";
import type { Call } from "../../http/request/call.ts";
import { isFree } from "../../jobs/lease.ts";
import { requestStep } from "../pipeline/start-import.ts";
import { type ImportRow, selectImport } from "../queries.ts";
import { STATUS, statusName } from "../state/status.ts";
import { isOpenTo, mayBe } from "../state/transitions.ts";
import { undoMessage } from "./undo-message.ts";

const CANCELLED: StoreEvent = {
  action: "import.cancelled",
  companyId: sql`company_id`,
  objectId: sql`id`,
};

/**
 * Asks for an import to stop. The chunk that is being written is the last one: the claim of each looks for the wish.
 * The consumer then writes the error file and ends the import as `cancelled`.
 *
 * Asked for again, it changes nothing, and one that is cancelled by now is answered as it stands.
 *
 * @throws 409 for one that has ended otherwise.
 */
export async function cancelImport(
  call: Call,
  { actor, tenant, row }: { actor: CompanyActor; tenant: Tenant; row: ImportRow },
  creation: Creation,
): Promise<ImportRow> {
  const { db } = tenant;
  const { now } = call;
  const mine = sql`${imports} WHERE id = ${row.id}`;
  const [, , [changed]] = await db.batch([
    db
      .update(imports)
      .set({
        cancelRequestedAt: now,
        queuedAt: sql`iif(${isFree(imports, null, now)}, ${now}, ${imports.queuedAt})`,
      })
      .where(and(eq(imports.id, row.id), mayBe("cancel"), isNull(imports.cancelRequestedAt))),
    // In the statement right after: a caller who asks again is not recorded twice.
    auditInStore(db, originOf(call, actor), CANCELLED, sql`FROM ${mine} AND changes() > 0`),
    selectImport(db, row),
    ...creation.record(
      db,
      sql`(SELECT id FROM ${mine} AND (cancel_requested_at IS NOT NULL OR status = ${STATUS.cancelled}))`,
    ),
  ]);
  const after = requireFound(changed);
  if (!isOpenTo("cancel", after.status) && after.status !== STATUS.cancelled) {
    throw hasEnded(after);
  }
  call.waitUntil(requestStep(call.env, after.importCode));
  carryAfterAnswer(call, tenant.store);
  return after;
}

function hasEnded({ status, dryRun, undo }: ImportRow): AppError {
  if (undo !== null)
    return new AppError("import_ended", `${undoMessage(status)} There is nothing left to cancel.`);
  if (dryRun) {
    const detail = `The dry run has ended as ${statusName(status)}: there is nothing left to cancel, and it wrote no leads.`;
    return new AppError("import_ended", detail);
  }
  const detail =
    `The import has ended as ${statusName(status)}: there is nothing left to cancel. Undo it to take back what it ` +
    "imported.";
  return new AppError("import_ended", detail);
}
