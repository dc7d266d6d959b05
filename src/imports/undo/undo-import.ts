import { eq, sql } from "drizzle-orm";
import { auditInStore } from "../../audit/outbox/write.ts";
import type { Origin } from "../../audit/record.ts";
import { type AuthorIdentity, authorIdOf } from "../../auth/actor.ts";
import { imports, importUndos } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { AppError, requireFound } from "../../errors.ts";
import type { Creation } from "../../http/idempotency/creation.ts";
import type { Call } from "../../http/request/call.ts";
import { type ImportRow, selectImport } from "../queries.ts";
import { STATUS } from "../state/status.ts";
import { isOpenTo, mayBe } from "../state/transitions.ts";
import { requestUndoing } from "./consume-undos.ts";
import { UNDOABLE_FOR_MS } from "./undoable.ts";

/**
 * Begins to take back an import: the job does it, and the import ends as undone. Asked for again while it runs, it
 * changes nothing.
 *
 * @param later the code of a later import that updated its leads, where these may not stay as they are.
 * @param origin who asks for it, for the audit trail.
 * @returns the import as it stands then.
 * @throws 409 where the import still runs, created nothing yet, is undone already or is too old, and where a later
 * import updated its leads.
 */
export async function undoImport(
  { env, waitUntil }: Pick<Call, "env" | "waitUntil">,
  tenant: Tenant,
  row: Pick<ImportRow, "id" | "importCode" | "companyId">,
  later: string | undefined,
  origin: Origin<AuthorIdentity>,
  creation: Creation,
): Promise<ImportRow> {
  const { db } = tenant;
  const { now } = origin;
  const [[begun], , [state], [after]] = await db.batch([
    db
      .insert(importUndos)
      .select(sql`
        SELECT NULL, ${imports.id}, ${imports.companyId}, ${authorIdOf(origin.actor)}, ${imports.nextRecord} - 1, 0, 0, 0,
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
    db
      .select({
        status: imports.status,
        dryRun: imports.dryRun,
        finishedAt: imports.finishedAt,
        // Rows of a batch come by the names of their columns, of which two would be the same.
        undoId: sql<number | null>`${importUndos.id}`.as("undo_id"),
        undoneAt: sql<number | null>`${importUndos.finishedAt}`.as("undone_at"),
      })
      .from(imports)
      .leftJoin(importUndos, eq(importUndos.importId, imports.id))
      .where(eq(imports.id, row.id)),
    selectImport(db, row),
    ...creation.record(
      db,
      sql`(SELECT import_id FROM ${importUndos} WHERE import_id = ${row.id} AND finished_at IS NULL)`,
    ),
  ]);
  const isRunning = state?.undoId != null && state.undoneAt === null;
  if (!isRunning) throw refusal(row.importCode, requireFound(state), later, now);
  // A message that is lost is sent again by the sweeper: nobody waits for it.
  if (begun) waitUntil(requestUndoing(env, row.importCode));
  return requireFound(after);
}

interface State {
  status: number;
  dryRun: boolean;
  finishedAt: number | null;
  undoneAt: number | null;
}

/** Why an import cannot be taken back that is not being taken back already. */
function refusal(
  importCode: string,
  { status, dryRun, finishedAt, undoneAt }: State,
  later: string | undefined,
  now: number,
): AppError {
  if (undoneAt !== null) {
    return cannot("It was undone already. Send the file again to import it once more.");
  }
  if (status <= STATUS.processing) {
    return cannot("It is still running. Cancel it or wait until it has ended, then undo it.");
  }
  if (dryRun || !isOpenTo("undo", status)) {
    return cannot("It was a dry run and has written no leads: there is nothing to undo.");
  }
  if ((finishedAt ?? 0) <= now - UNDOABLE_FOR_MS) {
    return cannot(
      "It ended more than 30 days ago, and what its leads were before is not kept longer than that. " +
        `List its leads with import_code_eq=${importCode}, and change or delete them.`,
    );
  }
  return new AppError(
    "import_built_on",
    `The import ${later}, which came later, updated leads of this one. Undo that one first, and then this one; or ` +
      "send later_imports=spare to leave these leads as they are and undo the rest.",
  );
}

function cannot(detail: string): AppError {
  return new AppError("not_undoable", detail);
}
