import { and, eq, isNull, sql } from "drizzle-orm";
import { authorIdOf } from "../../auth/actor.ts";
import { leadStageChanges, leads } from "../../db/leads/schema.ts";
import { AppError, notFound } from "../../errors.ts";
import { changedNames, movesOf } from "../../events/lead-events.ts";
import { recordEvent } from "../../events/record-event.ts";
import { registerFields } from "../custom-fields/register.ts";
import { relinkDuplicates } from "../duplicates/relink-duplicates.ts";
import { isSamePerson } from "../duplicates/same-person.ts";
import { searchStatements } from "../list/search/reindex-lead.ts";
import { findLead, type LeadRow, selectLead } from "../queries.ts";
import { visibleAssignee } from "../scope.ts";
import { addTags, removeOtherTags } from "../tags.ts";
import { companyUnlessLeadExists, throwIfLeadExists } from "./lead-exists.ts";
import { type LeadColumns, readLead, type Writing } from "./read-lead.ts";
import type { LeadInput } from "./write-schemas.ts";

/** How many concurrent changes are tolerated before this one gives up. */
const MAX_TRIES = 20;

/** Whether the present state is the one that the client wants to change. */
export type Precondition = ((row: LeadRow) => Promise<boolean>) | null;

/**
 * Changes the fields of a lead that are given, and writes a change of stage into its history.
 *
 * The lead's version decides, with the time of its last change, since an undo lowers the version: a change goes in on top of the state that it was made from, or not at all. With a
 * precondition that is the end of it; without one it is repeated on the state that came first, so that two who
 * change different fields both have their way, and of two who change the same one the last.
 *
 * @param now milliseconds since 1970.
 * @throws 403 where an agent assigns it, 409 where another lead has the new e-mail or phone, 412 where the
 * precondition does not hold, 422 that points to the field which is wrong.
 */
export async function updateLead(
  writing: Writing,
  loaded: LeadRow,
  input: LeadInput,
  isWanted: Precondition,
  now: number,
): Promise<LeadRow> {
  let row = loaded;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    if (isWanted && !(await isWanted(row))) throw changedSince();
    const columns = await readLead(writing, input, row);
    const tags = input.tags === undefined ? row.tags : tagsOf(input.tags ?? []);
    if (tags === row.tags && sameColumns(columns, row)) return row;
    const written = await write(writing, row, columns, tags, now);
    if (written) return written;
    if (isWanted) throw changedSince();
    row = await findAgain(writing, row.id);
  }
  throw changedSince();
}

/** The columns that identify a lead. */
const IDENTITY = ["email", "phone", "externalId"] as const;

/** @returns `undefined` where somebody else has changed the lead since, and nothing was written. */
async function write(
  { tenant, actor, companyId }: Writing,
  before: LeadRow,
  columns: LeadColumns,
  tags: string,
  now: number,
): Promise<LeadRow | undefined> {
  const { db } = tenant;
  const { id, version, updatedAt } = before;
  const unchanged = and(
    eq(leads.id, id),
    eq(leads.version, version),
    eq(leads.updatedAt, updatedAt),
    isNull(leads.deletedAt),
  );
  const person = { companyId, ...columns };
  const isSame = IDENTITY.every((key) => columns[key] === before[key]);
  // A copy that becomes a different person is no longer a copy.
  const staysCopy = before.duplicateOf === null ? sql`0` : isSamePerson(before.duplicateOf, columns);
  const owner = isSame
    ? {}
    : {
        companyId: companyUnlessLeadExists(person, id, staysCopy),
        duplicateOf: sql`iif(${staysCopy}, ${before.duplicateOf}, NULL)`,
      };
  const names = newNames(columns.customFields, before.customFields);
  const details = { changed: changedNames(before, { ...columns, tags }), ...movesOf(before, columns) };
  const changedAt = Math.max(now, updatedAt + 1);
  const [, , , updated, , [row]] = await throwIfLeadExists(tenant, actor, { person, id }, () =>
    db.batch([
      db.insert(leadStageChanges).select(sql`
        SELECT NULL, ${leads.companyId}, ${leads.id}, ${leads.stageId}, ${columns.stageId}, ${authorIdOf(actor)}, ${now}
        FROM ${leads} WHERE ${unchanged} AND ${leads.stageId} <> ${columns.stageId}`),
      removeOtherTags(db, unchanged, tags),
      addTags(db, unchanged, tags),
      db
        .update(leads)
        .set({ ...columns, ...owner, version: version + 1, updatedAt: changedAt })
        .where(unchanged)
        .returning({ id: leads.id }),
      recordEvent(db, actor, { type: "lead.updated", companyId, objectId: id, details }, now),
      selectLead(db, companyId, eq(leads.id, id)),
      ...(isSame ? [] : relinkDuplicates(db, JSON.stringify([id]), now)),
      ...searchStatements(tenant, id),
      ...(names.length > 0 ? [registerFields(db, companyId, names, now)] : []),
    ]),
  );
  return updated.length > 0 ? row : undefined;
}

async function findAgain({ tenant, actor, companyId }: Writing, id: number): Promise<LeadRow> {
  const row = await findLead(tenant, id);
  const assignee = visibleAssignee(actor, companyId);
  if (!row || row.deletedAt !== null || (assignee !== null && row.assignedTo !== assignee)) throw notFound();
  return row;
}

/** The names of custom fields that a lead did not have. */
function newNames(after: LeadColumns["customFields"], before: LeadColumns["customFields"]): string[] {
  return Object.keys(after ?? {}).filter((name) => before === null || !Object.hasOwn(before, name));
}

/** As the row has them: JSON, each once, in order. */
function tagsOf(tags: string[]): string {
  return JSON.stringify([...new Set(tags)].sort());
}

function sameColumns(columns: LeadColumns, row: LeadRow): boolean {
  return Object.entries(columns).every(
    ([name, value]) => JSON.stringify(value) === JSON.stringify(row[name as keyof LeadColumns]),
  );
}

function changedSince(): AppError {
  const detail = "Somebody has changed it since: read it again, and change what you see then.";
  return new AppError("precondition_failed", detail);
}
