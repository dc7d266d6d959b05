import { and, eq, inArray, type SQL, sql } from "drizzle-orm";
import { importMatches, importRejections, imports } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { AppError } from "../../http/errors.ts";
import { writeErrorFile } from "../../imports/error-file.ts";
import type { ImportState, ReadingPlan } from "../../imports/import-state.ts";
import { STATUS } from "../../imports/status.ts";
import { openSlice } from "../../jobs/slice.ts";
import type { LeadRow } from "./queries.ts";

/** How long writing an error file anew may take, in milliseconds. */
const REWRITING_MS = 10_000;

/** So many last digits tell a phone, whatever stands before them: some write no country code. */
const TELLING_DIGITS = 8;

/**
 * Takes a person out of what the imports of their company keep beside the leads. The rule:
 *
 * - An import names the person where it brought their lead, where a record of it met the lead, and where a rejected
 *   record has their e-mail or the last eight digits of their phone in it.
 * - The original of such an import is deleted as a whole. Its ledger stays: name, size, hash and counts.
 * - The rejected records that have the person in them are deleted, and the error file is written anew without them;
 *   one for which there was no time is gone. The count of failed records stays.
 *
 * What this cannot find stays: originals whose record of the person was skipped as a duplicate, those of a lead that
 * was merged into this one more than 30 days ago, and rejected records with neither the e-mail nor the phone that
 * the lead has now.
 *
 * Doing it again does no harm, so that a request which broke off half-way can be sent again.
 *
 * @param person their leads: one, and those that were merged into it.
 * @throws 409 where such an import is still running.
 */
export async function eraseFromFiles(tenant: Tenant, files: R2Bucket, person: LeadRow[]): Promise<void> {
  const naming = new Map<number, ImportState>();
  for (const lead of person) {
    for (const state of await importsThatName(tenant, lead)) naming.set(state.id, state);
  }
  const states = [...naming.values()];
  const running = states.find(({ status }) => status === STATUS.pending || status === STATUS.processing);
  if (running) {
    const detail = `Erase the person once the import ${running.importCode} has finished.`;
    throw new AppError("import_running", detail);
  }
  for (const state of states) {
    await deleteOriginal(tenant, files, state);
    for (const lead of person) await deleteRejected(tenant, files, state, lead);
  }
}

async function importsThatName({ db }: Tenant, lead: LeadRow): Promise<ImportState[]> {
  const met = db
    .select({ id: importMatches.importId })
    .from(importMatches)
    .where(eq(importMatches.leadId, lead.id));
  const rejecting = db
    .select({ id: importRejections.importId })
    .from(importRejections)
    .where(
      and(
        sql`${importRejections.importId} IN (SELECT id FROM imports WHERE company_id = ${lead.companyId})`,
        mentions(lead),
      ),
    );
  return await db
    .select()
    .from(imports)
    .where(
      and(
        eq(imports.companyId, lead.companyId),
        sql`(${imports.id} IS ${lead.importId} OR ${inArray(imports.id, met)} OR ${inArray(imports.id, rejecting)})`,
      ),
    );
}

async function deleteOriginal({ db }: Tenant, files: R2Bucket, state: ImportState): Promise<void> {
  if (state.fileKey === "") return;
  await files.delete(state.fileKey);
  await db.update(imports).set({ fileKey: "" }).where(eq(imports.id, state.id));
}

/** The file goes before the records: as long as these are there, a second try finds what is left to do. */
async function deleteRejected(
  tenant: Tenant,
  files: R2Bucket,
  state: ImportState,
  lead: LeadRow,
): Promise<void> {
  const { db } = tenant;
  const rejected = and(eq(importRejections.importId, state.id), mentions(lead));
  const found = await db
    .select({ record: importRejections.recordNumber })
    .from(importRejections)
    .where(rejected)
    .limit(1);
  if (found.length === 0) return;
  if (state.errorFileKey) await files.delete(state.errorFileKey);
  const ofThis = eq(imports.id, state.id);
  await db.batch([
    db.delete(importRejections).where(rejected),
    db.update(imports).set({ errorFileKey: null }).where(ofThis),
  ]);
  if (!state.errorFileKey) return;
  const slice = openSlice(undefined, REWRITING_MS);
  const key = state.errorFileKey;
  const plan = state.layout as ReadingPlan;
  const file = { importId: state.id, plan, key, progress: null, saveProgress: async () => {} };
  let written: boolean;
  let records: number;
  // Of two who erase somebody from the same file at once, the one who writes last may have read first.
  do {
    records = await countRejected(tenant, state);
    written = await writeErrorFile(tenant, files, file, slice);
  } while (written && records !== (await countRejected(tenant, state)));
  await db
    .update(imports)
    .set({ errorFileKey: written ? key : null })
    .where(ofThis);
}

function countRejected({ db }: Tenant, { id }: ImportState): Promise<number> {
  return db.$count(importRejections, eq(importRejections.importId, id));
}

/** Whether a rejected record has the person in it. */
function mentions({ email, phone }: LeadRow): SQL {
  const cells = importRejections.cells;
  // E-mails beyond ASCII are compared as they are: SQLite knows no other small letters.
  const byEmail = email && sql`instr(lower(${cells}), ${email}) > 0 OR instr(${cells}, ${email}) > 0`;
  const bare = [" ", "-", ".", "(", ")", "/"].reduce(
    (text, mark) => sql`replace(${text}, ${sql.raw(`'${mark}'`)}, '')`,
    sql`${cells}`,
  );
  const byPhone = phone && sql`instr(${bare}, ${phone.slice(-TELLING_DIGITS)}) > 0`;
  const either = [byEmail, byPhone].flatMap((one) => (one ? [one] : []));
  return either.length > 0 ? sql`(${sql.join(either, sql` OR `)})` : sql`0`;
}
