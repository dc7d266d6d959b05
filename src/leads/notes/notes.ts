import { and, eq, type SQL, sql } from "drizzle-orm";
import { authorIdOf, type CompanyActor } from "../../auth/actor.ts";
import type { LeadsDb } from "../../db/clients.ts";
import { keyedRequests, leadNotes, leads } from "../../db/leads/schema.ts";
import { ownedBy, ownedValues, type Tenant } from "../../db/leads/tenant.ts";
import { notFound, refusal } from "../../errors.ts";
import { recordEvent } from "../../events/record-event.ts";
import type { Creation } from "../../http/idempotency/creation.ts";
import { eraseAnswers } from "../../http/idempotency/erase-answers.ts";
import type { ListRequest } from "../../http/lists/list-query.ts";
import { ONE, readPage } from "../../http/lists/read-page.ts";
import { visibleAssignee, visibleLeads } from "../scope.ts";

const filterable = { id: leadNotes.id, author_id: leadNotes.authorId, created_at: leadNotes.createdAt };

export type NoteRow = typeof leadNotes.$inferSelect;

/** A page of the notes on a lead. */
export function listNotes(tenant: Tenant, leadId: number, request: ListRequest) {
  return readPage(tenant.db, request, filterable, {
    rows: tenant.db.select().from(leadNotes),
    counted: tenant.db.select(ONE).from(leadNotes),
    where: [eq(leadNotes.leadId, leadId), ownedBy(tenant, leadNotes.companyId)],
    values: ownedValues(tenant),
  });
}

/** A note. @returns `undefined` where the tenant has none. */
export function findNote(tenant: Tenant, id: number): Promise<NoteRow | undefined> {
  return tenant.db
    .select()
    .from(leadNotes)
    .where(and(eq(leadNotes.id, id), ownedBy(tenant, leadNotes.companyId)))
    .prepare()
    .get(ownedValues(tenant));
}

/**
 * Writes a note on a lead.
 *
 * @param now milliseconds since 1970.
 * @throws 404 where the lead was deleted, or taken from the agent, since the request came.
 */
export async function createNote(
  { db }: Tenant,
  actor: CompanyActor,
  lead: { id: number; companyId: number },
  body: string,
  now: number,
  creation: Creation,
): Promise<NoteRow> {
  const seen = sql`FROM ${leads} WHERE ${leads.id} = ${lead.id} AND ${visibleLeads(actor, lead.companyId)}`;
  const [[row]] = await db.batch([
    db
      .insert(leadNotes)
      .select(
        sql`SELECT NULL, ${leads.companyId}, ${leads.id}, ${authorIdOf(actor)}, ${body}, ${now} ${seen}`,
      )
      .returning(),
    recordEvent(
      db,
      actor,
      {
        type: "lead.note_added",
        companyId: lead.companyId,
        objectId: lead.id,
        details: sql`json_object('note', (SELECT max(id) FROM ${leadNotes}))`,
      },
      now,
    ),
    raiseVersion(db, lead.id, sql`EXISTS (SELECT 1 ${seen})`),
    ...creation.record(db, sql`(SELECT (SELECT max(id) FROM ${leadNotes}) ${seen})`),
  ]);
  if (!row) throw notFound();
  return row;
}

/** A lead is another one by its notes, too: who took it for unchanged notices. */
function raiseVersion(db: LeadsDb, leadId: number, condition: SQL) {
  return db
    .update(leads)
    .set({ version: sql`${leads.version} + 1` })
    .where(and(eq(leads.id, leadId), condition));
}

/**
 * Deletes a note: its author, managers and owners may.
 *
 * @param now milliseconds since 1970.
 * @throws 403 for other agents, 404 where the lead has no such note.
 */
export async function removeNote(
  { db }: Tenant,
  actor: CompanyActor,
  lead: { id: number; companyId: number },
  row: NoteRow,
  now: number,
): Promise<void> {
  const { id: noteId } = row;
  const note = and(
    eq(leadNotes.id, noteId),
    eq(leadNotes.leadId, lead.id),
    eq(leadNotes.companyId, lead.companyId),
  );
  if (row.leadId !== lead.id) throw notFound();
  if (visibleAssignee(actor, lead.companyId) !== null && row.authorId !== authorIdOf(actor)) {
    throw refusal("forbidden", "Only its author, managers and owners delete a note.");
  }
  const [removed] = await db.batch([
    db.delete(leadNotes).where(note).returning({ id: leadNotes.id }),
    raiseVersion(db, lead.id, sql`changes() > 0`),
    recordEvent(
      db,
      actor,
      {
        type: "lead.note_removed",
        companyId: lead.companyId,
        objectId: lead.id,
        details: { note: noteId },
      },
      now,
    ),
    // What the note said goes with it: an answer that is kept for repetitions would tell it on.
    ...eraseAnswers(
      db,
      sql`${keyedRequests.operation} = 'createLeadNote' AND ${keyedRequests.objectId} = ${noteId}
        AND NOT EXISTS (SELECT 1 FROM ${leadNotes} WHERE ${leadNotes.id} = ${noteId})`,
    ),
  ]);
  if (removed.length === 0) throw notFound();
}
