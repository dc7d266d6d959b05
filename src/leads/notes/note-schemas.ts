import * as z from "zod";
import { integers, listQuery, RANGE, times } from "../../http/lists/list-query.ts";
import { PageMeta } from "../../http/lists/pagination.ts";
import { Id, PathId, Time } from "../../http/validation/fields.ts";
import { cleanCell } from "../normalize/clean-cell.ts";

const MAX_LENGTH = 32_767;

export const LeadNote = z
  .strictObject({
    id: Id,
    lead_id: Id,
    body: z.string().max(MAX_LENGTH),
    author: z.strictObject({ id: Id, full_name: z.string().max(511) }),
    created_at: Time,
  })
  .meta({ id: "LeadNote" });

export const LeadNoteAnswer = z.strictObject({ note: LeadNote }).meta({ id: "LeadNoteAnswer" });
export const LeadNotesAnswer = z
  .strictObject({ notes: z.array(LeadNote).max(100), meta: PageMeta })
  .meta({ id: "LeadNotesAnswer" });

export const NoteParams = z.object({ id: PathId, note_id: PathId });

export const CreateNoteBody = z
  .strictObject({
    body: z
      .string()
      .max(MAX_LENGTH)
      .refine((text) => text.isWellFormed(), { error: "must be text" })
      .transform((text) => cleanCell(text) ?? "")
      .refine((body) => body !== "", { error: "must say something" })
      .meta({ type: "string", maxLength: MAX_LENGTH }),
  })
  .meta({ id: "CreateNoteBody", example: { body: "Wants an offer by Friday." } });

export const notesQuery = listQuery({ author_id: integers("eq"), created_at: times(...RANGE) }, ["-id"]);

export const exampleNote: z.input<typeof LeadNote> = {
  id: 1,
  lead_id: 1,
  body: "Wants an offer by Friday.",
  author: { id: 4, full_name: "Diego Luna" },
  created_at: "2026-02-18T16:20:00.000Z",
};
