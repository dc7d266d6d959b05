import * as z from "zod";
import { Id } from "../../http/validation/fields.ts";
import { MERGED_FIELDS } from "./merge-values.ts";

export const MergeLeadsBody = z
  .strictObject({
    lead_ids: z
      .array(Id)
      .min(1)
      .max(50)
      .refine((ids) => new Set(ids).size === ids.length, { error: "must name each lead once" })
      .meta({
        description: "The leads that go into this one: what it lacks is filled in from them in this order.",
      }),
    fields: z
      .partialRecord(z.enum(MERGED_FIELDS), Id)
      .optional()
      .meta({
        description:
          "Whose value comes first, by the name of the field: one of the leads. Of `answers` and `custom_fields` " +
          "each key counts by itself. A lead that has no value leaves it to the order.",
      }),
  })
  .meta({ id: "MergeLeadsBody", example: { lead_ids: [7, 9], fields: { phone: 9 } } });
