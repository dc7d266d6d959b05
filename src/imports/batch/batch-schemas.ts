import * as z from "zod";
import { Id, PathId } from "../../http/validation/fields.ts";
import { MATCH_KEYS } from "../../leads/duplicates/match-keys.ts";
import { FIELD_LIST, type Field, MAX_TEXT_LENGTH } from "../../leads/fields.ts";
import { AnswerInput, byName, FieldName, QuestionKey } from "../../leads/write/write-schemas.ts";
import { RejectionCodeSchema, WarningCodeSchema } from "../codes/code-schemas.ts";
import { COLUMN_RULES } from "../columns/column-rule.ts";

/** So many leads of a request go in together. */
export const MAX_BATCH_LEADS = 1000;

/** How many bytes the body of a batch may have. */
export const BATCH_BYTES = 4 * 1024 * 1024;

/** A value as it was written; it is read as the cell of a file would be. */
const Value = z.string().max(MAX_TEXT_LENGTH).nullable();

type BatchField = Extract<Field, { updatable: true }>["key"];

const values = Object.fromEntries(
  FIELD_LIST.flatMap(({ key, updatable }) => (updatable ? [[key, Value]] : [])),
) as Record<BatchField, typeof Value>;

const BatchLead = z
  .strictObject({
    ...values,
    full_name: Value,
    tags: z.array(z.string().max(255)).max(1000).nullable(),
    answers: byName(QuestionKey, AnswerInput.nullable()).meta({
      description: "By the key of a question of the campaign.",
    }),
    custom_fields: byName(FieldName, Value).meta({ description: "By name." }),
  })
  .partial()
  .meta({
    id: "BatchLead",
    description:
      "What is known of a lead. What is absent, `null` or empty changes nothing; the text `[clear]` empties a field.",
  });

const Source = z.string().max(255);

export const BatchBody = z
  .strictObject({
    match_by: z
      .array(z.enum(MATCH_KEYS))
      .min(1, { error: `names at least one of ${MATCH_KEYS.join(", ")}` })
      .max(MATCH_KEYS.length)
      .refine((keys) => new Set(keys).size === keys.length, { error: "names each of them once" })
      .meta({ description: "What makes a lead the same person as one that is there, in this order." }),
    on_duplicate: z.enum(["skip", "update", "create"]).default("update").meta({
      description: "What happens to a lead whose person is there already.",
    }),
    create_missing: z.boolean().default(true).meta({
      description: "Whether a lead that is not there yet is created; if not, it fails with `no_match`.",
    }),
    rules: z
      .record(z.string().min(1).max(300), z.enum(COLUMN_RULES))
      .refine((rules) => Object.keys(rules).length <= 1000, { error: "has at most 1000 entries" })
      .default({})
      .meta({
        description:
          "What values do to a lead that is there, by field: the name of a field, `full_name`, `tags`, the key of a " +
          "question, or `custom_fields.<name>`. `overwrite` where none is given.",
        maxProperties: 1000,
      }),
    campaign_id: Id.optional().meta({ description: "The campaign whose questions are answered." }),
    source: Source.optional().meta({ description: "The source of new leads that name none." }),
    leads: z
      .array(BatchLead)
      .min(1, { error: "has no leads: send one at least" })
      .max(MAX_BATCH_LEADS, {
        error: `has more than ${MAX_BATCH_LEADS} leads: send the others in another request`,
      })
      .meta({ description: "Of those that are one person the first counts." }),
  })
  .meta({
    id: "BatchBody",
    example: {
      match_by: ["external_id", "email"],
      rules: { notes: "append" },
      campaign_id: 1,
      leads: [
        {
          external_id: "crm-17",
          email: "lucia@example.com",
          first_name: "Lucía",
          answers: { budget: "10k_50k" },
        },
        { external_id: "crm-18", phone: "+52 55 1234 5678", tags: ["vip"], custom_fields: { Plan: "Pro" } },
      ],
    },
  });

export type BatchRequest = z.output<typeof BatchBody>;
export type BatchLeadInput = BatchRequest["leads"][number];

export const BatchParams = z.object({ company_id: PathId });

/** What can become of a lead of a batch. */
export const BATCH_OUTCOMES = ["created", "updated", "unchanged", "duplicate", "failed", "gone"] as const;

const BatchResult = z
  .strictObject({
    index: z.int().min(0).meta({ description: "The place of the lead in the request, from 0." }),
    outcome: z.enum(BATCH_OUTCOMES).meta({
      description:
        "`duplicate` is one that is there, or came earlier in the batch, and was passed over. `gone` is in the answer to a " +
        "repetition alone: the lead was deleted or erased since, or the batch was taken back.",
    }),
    lead_id: Id.optional().meta({ description: "The lead that it became or met, where that is one." }),
    code: RejectionCodeSchema.optional(),
    reason: z.string().max(4096).optional().meta({ description: "The same for a person, with what to do." }),
    warnings: z
      .array(
        z.strictObject({
          code: WarningCodeSchema,
          column: z.string().max(300),
        }),
      )
      .max(1500)
      .optional()
      .meta({ description: "Values that were not read with certainty, by code and field." }),
  })
  .meta({ id: "BatchResult" });

const Count = z.int().min(0);

export const BatchAnswer = z
  .strictObject({
    import_code: z.string().max(64).meta({
      description:
        "The batch as an import: `POST /import/{import_code}/undo` takes it back, and its leads name it. No list shows it.",
    }),
    results: z
      .array(BatchResult)
      .max(MAX_BATCH_LEADS)
      .meta({ description: "One for each lead, in their order." }),
    ledger: z
      .strictObject({
        total_records: Count,
        created_records: Count,
        updated_records: Count,
        unchanged_records: Count,
        duplicate_records: Count,
        failed_records: Count,
        warning_records: Count,
      })
      .meta({ description: "How many came out as what, from what was written." }),
  })
  .meta({ id: "BatchAnswer" });

export const exampleBatch: z.input<typeof BatchAnswer> = {
  import_code: "imp_00k3v9x2m7q1z8c5b4n6d0w2r1",
  results: [
    { index: 0, outcome: "updated", lead_id: 1 },
    {
      index: 1,
      outcome: "failed",
      code: "missing_contact",
      reason:
        "A lead needs an e-mail, a phone or an external id: fill in “external_id” or “email” or “phone”.",
    },
  ],
  ledger: {
    total_records: 2,
    created_records: 0,
    updated_records: 1,
    unchanged_records: 0,
    duplicate_records: 0,
    failed_records: 1,
    warning_records: 0,
  },
};
