import * as z from "zod";
import { FIELD_LIST } from "../../leads/fields.ts";
import { AnswerValue } from "../../leads/schemas.ts";
import { RejectionCodeSchema, WarningCodeSchema } from "../codes/code-schemas.ts";
import { COLUMN_RULES } from "../columns/column-rule.ts";
import { ENCODINGS } from "../readers/encodings/encodings.ts";

const Header = z.string().max(65_536);
const Target = z.string().max(300).nullable();
const Reason = z.string().max(4096);
const Cell = z.string().max(32_767);

const PreviewColumn = z
  .strictObject({
    index: z.int().min(0),
    header: Header,
    samples: z.array(z.string().max(64)).max(3),
    filled: z
      .int()
      .min(0)
      .meta({ description: "How many of the records that were read say something in it." }),
    target: Target.meta({ description: "What it becomes, as in a mapping; `null` where it is left out." }),
    confidence: z.enum(["certain", "likely", "none"]).meta({
      description:
        "`likely` where its cells decided, `none` where it is kept as a custom field since nothing did.",
    }),
    found_by: z.enum(["mapping", "remembered", "header", "values"]).nullable(),
    values: z
      .array(z.strictObject({ value: z.string().max(255), count: z.int().min(1), target: Cell.nullable() }))
      .max(100)
      .meta({
        description:
          "Of a column of choices or stages, each value with what it becomes; `null` for none that there is.",
      }),
    choices: z
      .array(z.strictObject({ value: z.string().max(255), label: z.string().max(255) }))
      .max(10_000)
      .nullable()
      .meta({
        description:
          "What a value can become in `values` of a mapping: the stages, or the options of the question that are still " +
          "offered. `null` where that is nothing to choose from.",
      }),
  })
  .meta({ id: "ImportPreviewColumn" });

const PreviewLead = z
  .strictObject({
    ...Object.fromEntries(FIELD_LIST.map(({ key }) => [key, Cell.nullable()])),
    answers: z.record(z.string().max(128), AnswerValue),
    custom_fields: z.record(z.string().max(300), Cell),
    tags: z.array(z.string().max(64)).max(100),
  })
  .meta({ id: "ImportPreviewLead" });

const PreviewRecord = z
  .strictObject({
    record: z.int().min(1),
    line: z.int().min(1),
    outcome: z.enum(["lead", "rejected"]),
    duplicate_of: z
      .int()
      .min(1)
      .nullable()
      .meta({
        description:
          "The record of the file that is the same person and comes first, as far as the first records tell: then " +
          "this one is a duplicate, and changes nothing.",
      }),
    lead: PreviewLead.nullable(),
    code: RejectionCodeSchema.nullable(),
    reason: Reason.nullable(),
    warnings: z
      .array(
        z.strictObject({ code: WarningCodeSchema, column: Header.nullable(), value: Cell, reason: Reason }),
      )
      .max(1024),
  })
  .meta({ id: "ImportPreviewRecord" });

export const ImportPreview = z
  .strictObject({
    file: z.strictObject({
      kind: z.enum(["csv", "xlsx", "gzip", "zip", "ndjson"]),
      encoding: z.enum(ENCODINGS),
      encoding_confidence: z.enum(["certain", "likely", "doubtful"]),
      delimiter: z.string().max(1).nullable(),
      header_row: z.int().min(0),
      sheets: z.array(z.string().max(255)).max(5000),
    }),
    columns: z.array(PreviewColumn).max(1024),
    mapping: z
      .record(
        Header,
        z.union([
          Target,
          z.strictObject({
            to: Target,
            rule: z.enum(COLUMN_RULES).optional(),
            values: z.record(z.string(), z.string().max(255)).optional(),
          }),
        ]),
      )
      .meta({ description: "Goes back into an import as it is, which then reads the file so." }),
    changes: z
      .strictObject({
        import_code: z.string().max(64),
        gone: z.array(Header).max(1024),
        new: z.array(Header).max(1024),
        renamed: z
          .array(z.strictObject({ from: Header, to: Header }))
          .max(1024)
          .meta({ description: "A column that is gone, and the new one in its place: probably the same." }),
      })
      .nullable()
      .meta({
        description:
          "Where columns were found by the mapping of an earlier import (`remembered`): which, and how its header " +
          "differs. `null` where none was.",
      }),
    sample_records: z.array(PreviewRecord).max(20),
  })
  .meta({ id: "ImportPreview" });

export const ImportPreviewAnswer = z
  .strictObject({ preview: ImportPreview })
  .meta({ id: "ImportPreviewAnswer" });

export const exampleImportPreview: z.input<typeof ImportPreview> = {
  file: {
    kind: "csv",
    encoding: "utf-8",
    encoding_confidence: "certain",
    delimiter: ",",
    header_row: 1,
    sheets: [],
  },
  columns: [
    {
      index: 0,
      header: "Correo",
      samples: ["lucia.romero@example.com"],
      filled: 1,
      target: "email",
      confidence: "certain",
      found_by: "header",
      values: [],
      choices: null,
    },
  ],
  mapping: { Correo: "email" },
  changes: null,
  sample_records: [
    {
      record: 1,
      line: 2,
      outcome: "rejected",
      duplicate_of: null,
      lead: null,
      code: "invalid_email",
      reason: "“not-an-address” is not an e-mail address: it has no @.",
      warnings: [],
    },
  ],
};
