import type * as z from "zod";
import { expectRows } from "../../db/expected-rows.ts";
import { requireFound } from "../../errors.ts";
import { linkPage } from "../../http/lists/pagination.ts";
import { rowPolicy } from "../../http/policies/row.ts";
import { creatingRoute, type Route, route } from "../../http/route.ts";
import { isoTime } from "../../http/time.ts";
import { namesOfAuthors } from "../../users/queries.ts";
import { loadLead } from "../load-lead.ts";
import { LeadParams } from "../schemas.ts";
import {
  CreateNoteBody,
  exampleNote,
  type LeadNote,
  LeadNoteAnswer,
  LeadNotesAnswer,
  NoteParams,
  notesQuery,
} from "./note-schemas.ts";
import { createNote, findNote, listNotes, type NoteRow, removeNote } from "./notes.ts";

/** What users write down about a lead. */
export const leadNoteRoutes: Route[] = [
  route(
    {
      method: "get",
      path: "/leads/{id}/notes",
      operationId: "listLeadNotes",
      summary: "List the notes on a lead",
      tag: "Leads",
      access: rowPolicy({ role: "viewer", load: loadLead() }),
      request: { params: LeadParams, query: notesQuery },
      response: {
        status: 200,
        description: "A page of notes, the newest first.",
        schema: LeadNotesAnswer,
        example: {
          notes: [exampleNote],
          meta: { current_page: 1, next_page: null, prev_page: null, total_pages: 1, total_records: 1 },
        },
        headers: ["Link"],
      },
    },
    {
      async early({ params: { id }, query, databases, tenantOf }) {
        const names = expectRows(`notes ${id}`, (ids) => namesOfAuthors(databases.directory, ids));
        const { rows, total } = await listNotes(tenantOf(id), id, query);
        return { notes: await showNotes(names, rows), total };
      },
      handle: async ({ call, query, read: { notes, total } }) => ({
        notes,
        meta: linkPage(call, query, total),
      }),
    },
  ),
  creatingRoute(
    {
      method: "post",
      path: "/leads/{id}/notes",
      operationId: "createLeadNote",
      summary: "Write a note on a lead",
      description: "A note cannot be changed, only deleted.",
      tag: "Leads",
      access: rowPolicy({ role: "agent", load: loadLead() }),
      request: { params: LeadParams, body: CreateNoteBody },
      response: {
        status: 201,
        description: "The note.",
        schema: LeadNoteAnswer,
        example: { note: exampleNote },
      },
    },
    {
      create: ({ call, actor, tenant, row, body, creation }) =>
        createNote(tenant, actor, row, body.body, call.now, creation),
      find: ({ tenant }, id) => findNote(tenant, id),
      show: ({ actor }, note) => ({ note: viewNote(note, actor.fullName) }),
    },
  ),
  route(
    {
      method: "delete",
      path: "/leads/{id}/notes/{note_id}",
      operationId: "removeLeadNote",
      summary: "Delete a note",
      description: "Its author may, and so may managers and owners.",
      tag: "Leads",
      access: rowPolicy({ role: "agent", load: loadLead() }),
      request: { params: NoteParams },
      response: { status: 204, description: "It is deleted." },
    },
    {
      early: ({ params, tenantOf }) => findNote(tenantOf(params.note_id), params.note_id),
      async handle({ call, actor, tenant, row, read }) {
        await removeNote(tenant, actor, row, requireFound(read), call.now);
        return undefined;
      },
    },
  ),
];

async function showNotes(
  namesOf: (ids: number[]) => ReturnType<typeof namesOfAuthors>,
  rows: NoteRow[],
): Promise<z.input<typeof LeadNote>[]> {
  const names = await namesOf([...new Set(rows.map(({ authorId }) => authorId))]);
  return rows.map((row) => viewNote(row, names.get(row.authorId)?.fullName ?? ""));
}

function viewNote(row: NoteRow, author: string): z.input<typeof LeadNote> {
  return {
    id: row.id,
    lead_id: row.leadId,
    body: row.body,
    author: { id: row.authorId, full_name: author },
    created_at: isoTime(row.createdAt),
  };
}
