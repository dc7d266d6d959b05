import * as z from "zod";
import { CUSTOM_FIELD_KINDS } from "../../db/leads/schema.ts";
import { integers, listQuery, oneOf, texts } from "../../http/lists/list-query.ts";
import { PageMeta } from "../../http/lists/pagination.ts";
import { Id, PathId, Time } from "../../http/validation/fields.ts";

const CustomField = z
  .strictObject({
    id: Id,
    company_id: Id,
    name: z.string().max(255).meta({
      description: "As filters and mappings name it: `custom_fields.<name>_eq`, `custom_fields.<name>`.",
    }),
    kind: z.enum(CUSTOM_FIELD_KINDS).nullable().meta({
      description: "What all its values look like; `text` where they differ, `null` until they were counted.",
    }),
    leads: z.int().min(0).nullable().meta({
      description: "How many leads had it at `counted_at`; `null` until they were counted, and for an agent.",
    }),
    counted_at: Time.nullable(),
  })
  .meta({ id: "CustomField" });

export const CustomFieldsAnswer = z
  .strictObject({ custom_fields: z.array(CustomField).max(100), meta: PageMeta })
  .meta({ id: "CustomFieldsAnswer" });

export const CompanyCustomFieldsParams = z.object({ company_id: PathId });

export const customFieldsQuery = listQuery(
  {
    id: integers("eq", "in"),
    name: texts("eq", "in", "cont", "start"),
    kind: oneOf(CUSTOM_FIELD_KINDS, "eq", "in"),
  },
  ["name", "id"],
);

export const exampleCustomField: z.input<typeof CustomField> = {
  id: 1,
  company_id: 1,
  name: "Canal favorito",
  kind: "text",
  leads: 861,
  counted_at: "2026-02-17T21:55:00.000Z",
};

/** A custom field as the API shows it. */
export type CustomFieldView = z.input<typeof CustomField>;
