import { and, eq, type SQL, sql } from "drizzle-orm";
import type { SQLiteUpdateSetSource } from "drizzle-orm/sqlite-core";
import { auditInStore, originOfJob, type StoreEvent } from "../audit/outbox/write.ts";
import { imports } from "../db/leads/schema.ts";
import type { Tenant } from "../db/leads/tenant.ts";
import { acquire, isFree, type Lease, release, renew } from "../jobs/lease.ts";
import { countFieldsSoon } from "../leads/custom-fields/register.ts";
import type { Column } from "./columns/column.ts";
import { Superseded } from "./pipeline/superseded.ts";
import type { FileProblem } from "./readers/file-problem.ts";
import type { Layout } from "./readers/reader.ts";
import type { RecordChunk } from "./readers/records.ts";
import { STATUS } from "./status.ts";
import type { EncodingFound, Unpacked } from "./unpack/unpacked.ts";

/** The state of an import as its row has it: the consumer works from nothing else. */
export type ImportState = typeof imports.$inferSelect;

/** How a file is laid out, and what each of its columns is: decided once, so that all steps read it the same. */
export interface ReadingPlan extends Pick<Layout, "delimiter" | "quote" | "header" | "headerLine"> {
  columns: Column[];
  /** The values of every record, from `constants`, as columns. */
  constants?: Column[];
  /** The company's language: decides the format of numbers and dates where there is no country. */
  language?: string | null;
}

/** Literals, so that SQLite uses the partial indexes. */
const UNFINISHED = sql.raw(`status IN (${STATUS.pending}, ${STATUS.processing})`);

/** A company's imports run one after another, in the order in which they came: the id of the one whose turn it is. */
function firstInLine(companyId: SQL | number): SQL {
  return sql`(SELECT min(f.id) FROM imports f WHERE f.company_id = ${companyId} AND f.${UNFINISHED})`;
}

/** When the message of a new import is due: now where it is its turn, else never. */
export function queuedWhenFirst(companyId: number, now: number): SQL<number | null> {
  return sql`iif(EXISTS (SELECT 1 FROM imports f WHERE f.company_id = ${companyId} AND f.${UNFINISHED}), NULL, ${now})`;
}

/**
 * Leases an import and reads where it stands, in one statement. The present holder of the lease renews it.
 *
 * @returns `undefined` where there is nothing to do: it has ended, somebody else works on it, or an earlier import of
 * the company comes first. The end of that one sends the message for this one.
 */
export async function leaseImport(
  tenant: Tenant,
  importCode: string,
  lease: Lease,
  now: number,
): Promise<ImportState | undefined> {
  const [state] = await tenant.db
    .update(imports)
    .set(acquire(lease, now))
    .where(
      and(
        eq(imports.importCode, importCode),
        UNFINISHED,
        isFree(imports, lease, now),
        sql`${imports.id} = ${firstInLine(sql`imports.company_id`)}`,
      ),
    )
    .returning();
  return state;
}

/**
 * A statement that returns the import whose turn it is in a company, and marks its message as sent.
 *
 * @param id who had the turn: for any other it is progress that their turn has come.
 */
function nextInLine(
  { db }: Pick<Tenant, "db">,
  { id, companyId }: Pick<ImportState, "id" | "companyId">,
  now: number,
) {
  return db
    .update(imports)
    .set({ queuedAt: now, movedAt: sql`iif(${imports.id} = ${id}, ${imports.movedAt}, ${now})` })
    .where(and(sql`${imports.id} = ${firstInLine(companyId)}`, isFree(imports, null, now)))
    .returning({ importCode: imports.importCode });
}

/**
 * Moves the checkpoint over blank bytes, in which no record is.
 *
 * @throws {Superseded} where the checkpoint has moved.
 */
export async function passBlank(
  tenant: Tenant,
  importId: number,
  { startOffset, endOffset, nextLine }: Pick<RecordChunk, "startOffset" | "endOffset" | "nextLine">,
  lease: Lease,
  now: number,
): Promise<void> {
  const passed = await tenant.db
    .update(imports)
    .set({ checkpointOffset: endOffset, nextLine, movedAt: now, leasedUntil: renew(imports, lease, now) })
    .where(
      and(
        eq(imports.id, importId),
        eq(imports.status, STATUS.processing),
        eq(imports.checkpointOffset, startOffset),
      ),
    )
    .returning({ id: imports.id });
  if (passed.length === 0) throw new Superseded("the checkpoint is elsewhere");
}

/**
 * Ends a step of an import that has not ended yet.
 *
 * @returns the codes of the imports to send a message for: mostly its own.
 */
export async function releaseImport(
  tenant: Tenant,
  state: Pick<ImportState, "id" | "companyId">,
  lease: Lease,
  now: number,
): Promise<string[]> {
  const [, next] = await tenant.db.batch([
    tenant.db
      .update(imports)
      .set(release(null))
      .where(and(eq(imports.id, state.id), eq(imports.leaseId, lease.id))),
    nextInLine(tenant, state, now),
  ]);
  return next.map(({ importCode }) => importCode);
}

const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 300_000;

/**
 * Ends a step that failed because of the platform. It is tried again after a quarter of the time that the import has not moved for,
 * between 2 seconds and 5 minutes: however often that is, no count of tries ends an import.
 *
 * @returns in how many seconds, and for how many milliseconds it has not moved; `null` where the lease was lost, or
 * never acquired.
 */
export async function postponeImport(
  tenant: Tenant,
  importCode: string,
  lease: Lease,
  now: number,
): Promise<{ delaySeconds: number; age: number } | null> {
  const delay = sql`min(${LONGEST_RETRY_MS}, max(${FIRST_RETRY_MS}, (${now} - ${imports.movedAt}) / 4))`;
  const [row] = await tenant.db
    .update(imports)
    .set({ ...release(null), queuedAt: sql`${now} + ${delay}` })
    .where(and(eq(imports.importCode, importCode), eq(imports.leaseId, lease.id)))
    .returning({ queuedAt: imports.queuedAt, movedAt: imports.movedAt });
  if (row?.queuedAt == null) return null;
  return { delaySeconds: Math.ceil((row.queuedAt - now) / 1000), age: now - row.movedAt };
}

/**
 * Saves how far an original has been made readable.
 *
 * @param columns what is known of its encoding with that.
 * @throws {Superseded} where another delivery has saved a step meanwhile.
 */
export async function saveUnpacked(
  tenant: Tenant,
  importId: number,
  unpacked: Unpacked,
  columns: EncodingFound,
  lease: Lease,
  now: number,
): Promise<void> {
  const saved = await tenant.db
    .update(imports)
    .set({ unpacked, ...columns, movedAt: now, leasedUntil: renew(imports, lease, now) })
    .where(
      and(
        eq(imports.id, importId),
        eq(imports.status, STATUS.pending),
        sql`coalesce(imports.unpacked ->> '$.step', 0) = ${unpacked.step - 1}`,
      ),
    )
    .returning({ id: imports.id });
  if (saved.length === 0) throw new Superseded("the original is unpacked further");
}

/** Moves an import from pending to processing; a second time it changes nothing. */
export async function beginProcessing(
  tenant: Tenant,
  importId: number,
  plan: ReadingPlan,
  { dataOffset, dataLine }: Pick<Layout, "dataOffset" | "dataLine">,
  now: number,
): Promise<void> {
  await tenant.db
    .update(imports)
    .set({
      status: STATUS.processing,
      layout: plan,
      checkpointOffset: dataOffset,
      nextLine: dataLine,
      startedAt: now,
      movedAt: now,
    })
    .where(and(eq(imports.id, importId), eq(imports.status, STATUS.pending)));
}

/**
 * Ends an import whose every record has its outcome.
 *
 * @param errorFileKey where its error file is, or `null`.
 * @returns the codes of the imports whose turn it is now.
 */
export function complete(
  tenant: Tenant,
  state: ImportState,
  errorFileKey: string | null,
  now: number,
): Promise<string[]> {
  const change = {
    status: sql`iif(${imports.failedRecords} > 0, ${STATUS.completed_with_errors}, ${STATUS.completed})`,
    totalRecords: sql`${imports.nextRecord} - 1`,
    errorFileKey,
  };
  return end(tenant, state, change, sql.raw(`status = ${STATUS.processing}`), now);
}

/**
 * Ends an import that cannot go on; what was imported before stays, and its ledger says how much that is.
 *
 * @returns the codes of the imports whose turn it is now.
 */
export function failImport(
  tenant: Pick<Tenant, "db">,
  state: Pick<ImportState, "id" | "companyId">,
  problem: FileProblem,
  errorFileKey: string | null,
  now: number,
): Promise<string[]> {
  const change = {
    status: STATUS.failed,
    failureCode: problem.code,
    failureDetail: problem.message,
    errorFileKey,
    startedAt: sql`coalesce(${imports.startedAt}, ${now})`,
  };
  return end(tenant, state, change, UNFINISHED, now);
}

const ENDED: StoreEvent = {
  action: "import.ended",
  companyId: sql`company_id`,
  objectId: sql`id`,
  details: sql`json_object('status', status, 'created_records', created_records, 'updated_records', updated_records,
    'failed_records', failed_records)`,
};

async function end(
  tenant: Pick<Tenant, "db">,
  state: Pick<ImportState, "id" | "companyId">,
  change: SQLiteUpdateSetSource<typeof imports>,
  condition: SQL,
  now: number,
): Promise<string[]> {
  const [, , , next] = await tenant.db.batch([
    tenant.db
      .update(imports)
      .set({ ...change, ...release(null), report: null, finishedAt: now, movedAt: now })
      .where(and(eq(imports.id, state.id), condition)),
    // In the statement right after: only the delivery that has really ended the import reports it.
    auditInStore(
      tenant.db,
      originOfJob(now),
      ENDED,
      sql`FROM ${imports} WHERE id = ${state.id} AND changes() > 0`,
    ),
    countFieldsSoon(tenant.db, state.companyId, now),
    nextInLine(tenant, state, now),
  ]);
  return next.map(({ importCode }) => importCode);
}
