import * as z from "zod";
import { listQuery } from "../http/lists/list-query.ts";
import { PageMeta } from "../http/lists/pagination.ts";
import { EmailInput, Id, lineOfText, PhoneInput, Time } from "../http/validation/fields.ts";

const Progress = z.enum(["pending", "done"]);
const Count = z.int().min(0);

export const Erasure = z
  .strictObject({
    id: Id,
    company_id: Id,
    requested_by: Id,
    status: z.enum(["processing", "completed"]),
    error_files: z
      .strictObject({ status: Progress, rewritten: Count })
      .meta({ description: "Of imports that rejected a record of the person: written again without it." }),
    originals: z.strictObject({ status: Progress, removed: Count }).meta({
      description: "Files in which the person is, also as a duplicate that was skipped: removed as a whole.",
    }),
    index: z
      .strictObject({ status: Progress })
      .meta({ description: "The index of the search, merged until no word of the person is left in it." }),
    space: z.strictObject({ status: z.enum(["pending", "done", "partial"]) }).meta({
      description:
        "What the database keeps of moved rows in pages that nothing reads, written over. `partial`: the store has " +
        "more than a million leads, and making its indexes of e-mails, phones, external ids and tags again would " +
        "keep it standing still for too long; an e-mail or a phone can stay in a gap between their entries until " +
        "other leads are written over it.",
    }),
    created_at: Time,
    finished_at: Time.nullable(),
  })
  .meta({ id: "Erasure", description: "What was done to erase a person; it does not say whom." });

export const EraseByKeyBody = z
  .strictObject({
    email: EmailInput.optional(),
    phone: PhoneInput.optional().meta({
      description: "Without a country code it is read as one of the company's country.",
    }),
    external_id: lineOfText().optional().meta({
      description: "Looked for in the columns that an import read as such.",
    }),
  })
  .refine((keys) => Object.values(keys).some((key) => key !== undefined), {
    error: "needs an email, a phone or an external_id",
    params: { code: "missing" },
  })
  .meta({ id: "EraseByKeyBody", example: { email: "ana@example.com", phone: "+52 55 1234 5678" } });

export const ErasureAnswer = z.strictObject({ erasure: Erasure }).meta({ id: "ErasureAnswer" });
export const ErasuresAnswer = z
  .strictObject({ erasures: z.array(Erasure).max(100), meta: PageMeta })
  .meta({ id: "ErasuresAnswer" });

export const erasuresQuery = listQuery({}, ["-id"]);

export const exampleErasure: z.input<typeof Erasure> = {
  id: 5,
  company_id: 1,
  requested_by: 3,
  status: "completed",
  error_files: { status: "done", rewritten: 1 },
  originals: { status: "done", removed: 2 },
  index: { status: "done" },
  space: { status: "done" },
  created_at: "2026-02-17T21:54:09.000Z",
  finished_at: "2026-02-17T21:54:11.000Z",
};
