import { eq, sql } from "drizzle-orm";
import { auditInStore } from "../../audit/outbox/write.ts";
import type { Origin } from "../../audit/record.ts";
import type { UserIdentity } from "../../auth/actor.ts";
import { imports, importUndos } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { AppError } from "../../errors.ts";
import type { ImportRow } from "../queries.ts";
import { STATUS } from "../status.ts";
import { isOpenTo, mayBe } from "../transitions.ts";
import { requestUndoing } from "./consume-undos.ts";
import { findLaterImport } from "./later-imports.ts";
import { UNDOABLE_FOR_MS } from "./undoable.ts";

/**
 * Begins to take back an import: the job does it, and the import ends as undone. Asked for again while it runs, it
 * changes nothing.
 *
 * @param sparesLater whether leads that a later import updated may stay as they are.
 * @param origin who asks for it, for the audit trail.
 * @throws 409 where the import still runs, created nothing yet, is undone already or is too old, and where a later
 * import updated its leads.
 */
export async function undoImport(
  env: Env,
  tenant: Tenant,
  row: Pick<ImportRow, "id" | "importCode" | "companyId">,
  sparesLater: boolean,
  origin: Origin<UserIdentity>,
): Promise<void> {
  const later = sparesLater ? undefined : await findLaterImport(tenant, row);
  const { db } = tenant;
  const { now } = origin;
  const [[begun]] = await db.batch([
    db
      .insert(importUndos)
      .select(sql`
        SELECT NULL, ${imports.id}, ${imports.companyId}, ${origin.actor.userId}, ${imports.nextRecord} - 1, 0, 0, 0,
          ${now}, NULL, ${now}, NULL, NULL, ${now}
        FROM ${imports}
        WHERE ${imports.id} = ${row.id} AND ${mayBe("undo")} AND ${imports.finishedAt} > ${now - UNDOABLE_FOR_MS}
          AND ${later === undefined}`)
      .returning({ id: importUndos.id }),
    auditInStore(
      db,
      origin,
      { action: "import.undo_requested", companyId: row.companyId, objectId: row.id },
      sql`WHERE changes() > 0`,
    ),
  ]);
  if (begun) return requestUndoing(env, row.importCode);
  await refuseUnlessRunning(tenant, row, later, now);
}

/** Says why an import cannot be taken back; where that is being done already, there is nothing to say. */
async function refuseUnlessRunning(
  { db }: Tenant,
  { id, importCode }: Pick<ImportRow, "id" | "importCode">,
  later: string | undefined,
  now: number,
): Promise<void> {
  const [[state], [undo]] = await db.batch([
    db
      .select({ status: imports.status, finishedAt: imports.finishedAt })
      .from(imports)
      .where(eq(imports.id, id)),
    db.select({ finishedAt: importUndos.finishedAt }).from(importUndos).where(eq(importUndos.importId, id)),
  ]);
  if (undo && undo.finishedAt === null) return;
  if (undo) {
    throw cannot("It was undone already. Send the file again to import it once more.");
  }
  if (state && state.status <= STATUS.processing) {
    throw cannot("It is still running. Cancel it or wait until it has ended, then undo it.");
  }
  if (state && !isOpenTo("undo", state.status)) {
    throw cannot("It was a dry run and has written no leads: there is nothing to undo.");
  }
  if ((state?.finishedAt ?? 0) <= now - UNDOABLE_FOR_MS) {
    throw cannot(
      "It ended more than 30 days ago, and what its leads were before is not kept longer than that. " +
        `List its leads with import_code_eq=${importCode}, and change or delete them.`,
    );
  }
  throw new AppError(
    "import_built_on",
    `The import ${later}, which came later, updated leads of this one. Undo that one first, and then this one; or ` +
      "send later_imports=spare to leave these leads as they are and undo the rest.",
  );
}

function cannot(detail: string): AppError {
  return new AppError("not_undoable", detail);
}
