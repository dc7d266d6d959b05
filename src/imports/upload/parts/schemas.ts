import * as z from "zod";
import { Id, integerText, lineOfText, PathId, Time } from "../../../http/validation/fields.ts";
import { MATCH_KEYS } from "../../../leads/duplicates/match-keys.ts";
import { UploadFields } from "../upload-fields.ts";
import { SENT_PART_BYTES } from "./open-upload.ts";

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, { error: "must be 64 hexadecimal digits" });

export const OpenUploadBody = z
  .strictObject({
    file_name: lineOfText().meta({
      description: "As it is to be shown and downloaded; what no file is called is left out.",
      example: "leads.csv",
    }),
    bytes: z.int().positive().meta({
      description: "The size of the whole file; `MAX_PARTS_BYTES` at most.",
      example: 41_943_040,
      format: "int64",
    }),
    sha256: z.string().toLowerCase().pipe(Sha256).optional().meta({
      description: "SHA-256 of the whole file, hexadecimal: a file with another one is not imported.",
      type: "string",
      pattern: "^[0-9a-fA-F]{64}$",
    }),
    company_id: Id.optional().meta({
      description: "Whose leads they are, where that is known already: then it is checked now.",
      example: 1,
    }),
  })
  .meta({
    id: "OpenUploadBody",
    example: { file_name: "leads.csv", bytes: 41_943_040, company_id: 1 },
  });

export const UploadParams = z.object({ id: PathId });
export const PartParams = z.object({
  id: PathId,
  n: integerText({ min: 1, max: 10_000 }).meta({
    description: "The number of the part, from 1.",
    example: 1,
  }),
});

export const Upload = z
  .strictObject({
    id: Id,
    file_name: z.string(),
    bytes: z.int().positive().meta({ format: "int64" }),
    sha256: z.string().nullable().meta({ description: "As it was promised." }),
    company_id: Id.nullable(),
    part_bytes: z.int().positive().meta({ description: "The size of each part; the last one has the rest." }),
    parts: z.int().positive().meta({ description: "How many parts the file has." }),
    received: z.array(z.int().positive()).meta({ description: "The numbers of the parts that have come." }),
    presigned_parts: z.boolean().meta({
      description:
        "Whether parts may also be sent straight to R2: see `GET /import/uploads/{id}/presigned_parts`.",
    }),
    import_code: z.string().nullable().meta({ description: "The import that it was completed for." }),
    created_at: Time,
    expires_at: Time.meta({ description: "When what has come is deleted, unless the upload is completed." }),
  })
  .meta({ id: "Upload" });

export const UploadAnswer = z.strictObject({ upload: Upload });

const Flag = z.union([z.boolean(), z.enum(["true", "false"])], { error: "must be true or false" });
/** As it came: a record of zod would pass over a name that no column may have. */
const Entries = z
  .unknown()
  .refine((value) => typeof value === "object" && value !== null && !Array.isArray(value), {
    error: "must be an object",
  })
  .meta({ type: "object" });
/** The fields of an import that JSON has another type for than a form; the others are one line of text. */
const JSON_TYPES: Record<string, z.ZodType> = {
  company_id: Id,
  campaign_id: Id,
  on_duplicate: UploadFields.shape.on_duplicate.unwrap(),
  match_by: z.array(z.enum(MATCH_KEYS)),
  create_missing: Flag,
  dry_run: Flag,
  constants: Entries,
  mapping: Entries,
  header_row: z.union([z.int().min(0), z.literal("auto")], {
    error: 'must be "auto", or the line of the header, from 1; 0 for a file without one',
  }),
};

/** The fields of an import. What they say is checked with the company's own fields, as those of a form are. */
export const CompleteUploadBody = z
  .strictObject(
    Object.fromEntries(
      Object.entries(UploadFields.shape).map(([name, field]) => [
        name,
        (JSON_TYPES[name] ?? lineOfText()).optional().meta({ description: descriptionOf(name, field) }),
      ]),
    ),
  )
  .meta({
    id: "CompleteUploadBody",
    example: { company_id: 1, on_duplicate: "update", mapping: { Mail: "email", Internal: null } },
  });

function descriptionOf(name: string, field: z.ZodType): string {
  const { description } = z.globalRegistry.get(field) ?? {};
  const own: Record<string, string> = {
    company_id: "Whose leads they are. Required, unless the upload was opened for a company.",
    file_name: "Another name than the upload was opened with.",
    match_by: "What makes a record the same person as a lead, as a list: see `POST /import`.",
  };
  return own[name] ?? description ?? "";
}

/** The same fields as a form has them: numbers, lists and objects are texts. */
export function textsOf(body: Record<string, unknown>): Record<string, string> {
  const texts: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(body)) {
    if (value !== undefined) texts[name] = textOf(value);
  }
  return texts;
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join(",");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

export const exampleUpload: z.input<typeof Upload> = {
  id: 7,
  file_name: "leads.csv",
  bytes: 41_943_040,
  sha256: null,
  company_id: 1,
  part_bytes: SENT_PART_BYTES,
  parts: 5,
  received: [1, 3],
  presigned_parts: true,
  import_code: null,
  created_at: "2026-02-17T21:54:09.000Z",
  expires_at: "2026-02-20T21:54:09.000Z",
};
