import { and, eq, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import { imports } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { acquire, isFree, type Lease, release, renew } from "../../jobs/lease.ts";
import type { Column } from "../columns/column.ts";
import { Superseded } from "../pipeline/superseded.ts";
import type { Layout } from "../readers/reader.ts";
import type { RecordChunk } from "../readers/records.ts";
import type { EncodingFound, Unpacked } from "../unpack/unpacked.ts";
import { STATUS } from "./status.ts";

/** The state of an import as its row has it: the consumer works from nothing else. */
export type ImportState = typeof imports.$inferSelect;

/** How a file is laid out, and what each of its columns is: decided once, so that all steps read it the same. */
export interface ReadingPlan extends Pick<Layout, "delimiter" | "quote" | "header" | "headerLine"> {
  columns: Column[];
  /** The values of every record, from `constants`, as columns. */
  constants?: Column[];
  /** The company's language: decides the format of numbers and dates where there is no country. */
  language?: string | null;
  /** The line from which on the file has another table. */
  endLine?: number | null;
  /** Where the first record begins, and on which line: for an import that begins again. */
  dataOffset?: number;
  dataLine?: number;
}

/** The first record whose before-image there may be: only an import that updates leads notes what they were. */
export function imagesFrom(onDuplicate: ImportState["onDuplicate"], dryRun: boolean): number | null {
  return onDuplicate === "update" && !dryRun ? 1 : null;
}

/** Literals, so that SQLite uses the partial indexes. */
export const UNFINISHED = sql.raw(`status IN (${STATUS.pending}, ${STATUS.processing})`);

/** A company's imports run one after another, in the order in which they came: the id of the one whose turn it is. */
function firstInLine(companyId: SQL | number): SQL {
  return sql`(SELECT min(f.id) FROM imports f WHERE f.company_id = ${companyId} AND f.${UNFINISHED})`;
}

/** When the message of a new import is due: now where it is its turn, else never. */
export function queuedWhenFirst(companyId: number, now: number): SQL<number | null> {
  return sql`iif(EXISTS (SELECT 1 FROM imports f WHERE f.company_id = ${companyId} AND f.${UNFINISHED}), NULL, ${now})`;
}

/**
 * The same for one that is tried again: none where somebody works on another import of the company, or an earlier one
 * comes first, whose end sends it.
 */
export function queuedUnlessBusy(now: number): SQL<number | null> {
  return sql`iif(EXISTS (SELECT 1 FROM imports f WHERE f.company_id = ${imports.companyId} AND f.${UNFINISHED}
    AND (f.id < ${imports.id} OR f.leased_until > ${now})), NULL, ${now})`;
}

/**
 * Leases an import and reads where it stands, in one statement. The present holder of the lease renews it.
 *
 * @returns `undefined` where there is nothing to do: it has ended, somebody else works on it, or an earlier import of
 * the company comes first. The end of that one sends the message for this one. One that is to stop waits for none.
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
        sql`(${imports.id} = ${firstInLine(sql`imports.company_id`)} OR ${imports.cancelRequestedAt} IS NOT NULL)`,
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
export function nextInLine(
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
 * @throws {Superseded} where the checkpoint has moved, or the import is to stop.
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
        isNull(imports.cancelRequestedAt),
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
 * @throws {Superseded} where another delivery has saved a step meanwhile, or the import is to stop.
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
        isNull(imports.cancelRequestedAt),
        sql`coalesce(imports.unpacked ->> '$.step', 0) = ${unpacked.step - 1}`,
      ),
    )
    .returning({ id: imports.id });
  if (saved.length === 0) throw new Superseded("the original is unpacked further");
}

/** What of an import is found out with its layout, where its file is the error file of another one. */
type FoundFields = Partial<
  Pick<
    ImportState,
    | "parentImportCode"
    | "campaignId"
    | "mapping"
    | "constants"
    | "onDuplicate"
    | "matchBy"
    | "createMissing"
    | "source"
    | "imagesFrom"
  >
>;

/**
 * Moves an import from pending to processing; a second time it changes nothing. One that was begun before and is tried
 * again keeps its plan and its checkpoint.
 */
export async function beginProcessing(
  tenant: Tenant,
  importId: number,
  plan: ReadingPlan,
  { dataOffset, dataLine }: Pick<Layout, "dataOffset" | "dataLine">,
  fields: FoundFields | null,
  now: number,
): Promise<void> {
  await tenant.db
    .update(imports)
    .set({
      ...fields,
      status: STATUS.processing,
      layout: { ...plan, dataOffset, dataLine } satisfies ReadingPlan,
      checkpointOffset: dataOffset,
      nextLine: dataLine,
      startedAt: now,
      movedAt: now,
    })
    .where(and(eq(imports.id, importId), eq(imports.status, STATUS.pending), eq(imports.nextRecord, 1)));
}

/**
 * Notes the line from which on the file has another table, before the chunk is written that it is in: the delivery that reads on
 * from there knows it.
 */
export async function noteEndLine({ db }: Tenant, importId: number, endLine: number | null): Promise<void> {
  await db
    .update(imports)
    .set({ layout: sql`json_set(${imports.layout}, '$.endLine', ${endLine})` })
    .where(and(eq(imports.id, importId), eq(imports.status, STATUS.processing)));
}

/**
 * Moves an import that is tried again from pending to processing, at the checkpoint that it has; one that begins again,
 * at its first record.
 */
export async function resumeProcessing(tenant: Tenant, importId: number, now: number): Promise<void> {
  await tenant.db
    .update(imports)
    .set({
      status: STATUS.processing,
      movedAt: now,
      startedAt: sql`coalesce(${imports.startedAt}, ${now})`,
      checkpointOffset: fromLayout("dataOffset", imports.checkpointOffset),
      nextLine: fromLayout("dataLine", imports.nextLine),
    })
    .where(and(eq(imports.id, importId), eq(imports.status, STATUS.pending), isNotNull(imports.layout)));
}

function fromLayout(
  name: "dataOffset" | "dataLine",
  otherwise: typeof imports.nextLine | typeof imports.checkpointOffset,
) {
  return sql`iif(${imports.nextRecord} = 1, coalesce(${imports.layout} ->> ${`$.${name}`}, ${otherwise}), ${otherwise})`;
}
