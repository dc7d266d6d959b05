import * as z from "zod";
import { Email, Id, PathId, Time } from "../http/validation/fields.ts";
import { Stage } from "../stages/schemas.ts";
import { FIELD_LIST, type Field } from "./fields.ts";

/** A lead's stage, as it is shown. */
const LeadStage = Stage.omit({ position: true });

type FieldView<Row extends Field> = Row["kind"] extends "stage"
  ? typeof LeadStage
  : z.ZodNullable<z.ZodType<string, string>>;

const fieldViews = Object.fromEntries(FIELD_LIST.map((field) => [field.key, viewOf(field)])) as {
  [Row in Field as Row["key"]]: FieldView<Row>;
};

function viewOf({ kind, maxLength }: Field): z.ZodType {
  switch (kind) {
    case "email":
      return Email.nullable();
    case "phone":
      return z.string().max(32).nullable().meta({ description: "E.164." });
    case "phone_as_written":
      return z.string().max(maxLength).nullable().meta({
        description: "As it was written, where it could not be read or said more.",
      });
    case "stage":
      return LeadStage;
    default:
      return z.string().max(maxLength).nullable();
  }
}

/** What a question of a campaign was answered. */
export const AnswerValue = z.union([
  z.string().max(32_767),
  z.number(),
  z.boolean(),
  z.array(z.string().max(255)).max(200),
]);

export const Lead = z
  .strictObject({
    id: Id,
    company_id: Id,
    campaign_id: Id.nullable(),
    ...fieldViews,
    full_name: z.string().max(511),
    assigned_to: z.strictObject({ id: Id, full_name: z.string().max(511) }).nullable(),
    answers: z.record(z.string().max(128), AnswerValue).meta({ description: "By the key of the question." }),
    custom_fields: z.record(z.string().max(255), z.string().max(32_767)),
    tags: z.array(z.string().max(64)).max(100),
    duplicate_of: Id.nullable().meta({
      description:
        "The lead that had the same e-mail or phone first; `null`, too, where the caller does not see it.",
    }),
    import: z
      .strictObject({
        import_code: z.string().max(64),
        record_number: z.int().min(1),
        file_sha256: z.string().max(64),
      })
      .nullable()
      .meta({ description: "Where it came from: the record of the file, counted from 1." }),
    created_at: Time,
    updated_at: Time,
    deleted_at: Time.nullable(),
  })
  .meta({ id: "Lead" });

export const LeadAnswer = z.strictObject({ lead: Lead }).meta({ id: "LeadAnswer" });
export const LeadParams = z.object({ id: PathId });
export const CompanyLeadsParams = z.object({ company_id: PathId });

/** Of each field its example; the stage by its key. */
export const exampleFields = Object.fromEntries(
  FIELD_LIST.map(({ key, example }) => [key, example]),
) as Record<Field["key"], string | null>;

export const exampleLead: z.input<typeof Lead> = {
  id: 1,
  company_id: 1,
  campaign_id: 1,
  ...exampleFields,
  full_name: "Lucía Romero",
  stage: { id: 1, name: "New", key: "new", kind: "initial" },
  assigned_to: { id: 4, full_name: "Diego Luna" },
  answers: { budget: "10k_50k" },
  custom_fields: { "Canal favorito": "WhatsApp" },
  tags: ["vip"],
  duplicate_of: null,
  import: {
    import_code: "imp_00k3v9x2m7q1z8c5b4n6d0w2r1",
    record_number: 1,
    file_sha256: "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
  },
  created_at: "2026-02-17T21:54:09.000Z",
  updated_at: "2026-02-17T21:54:09.000Z",
  deleted_at: null,
};
