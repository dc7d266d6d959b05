import * as z from "zod";
import { integers, listQuery, oneOf, texts } from "../../http/lists/list-query.ts";
import { PageMeta } from "../../http/lists/pagination.ts";
import { RejectionCodeSchema, WarningCodeSchema } from "../codes/code-schemas.ts";

const SEVERITIES = ["rejected", "warning"] as const;

/** By its severity one or the other. */
const Code = z.union([RejectionCodeSchema, WarningCodeSchema]);
const Column = z.string().max(255).nullable().meta({
  description: "The header of the column that it is about; `null` where that is none, or several.",
});

const ImportError = z
  .strictObject({
    record: z
      .int()
      .min(1)
      .meta({ description: "The record's number in the file, from 1, without the header." }),
    line: z.int().min(1).nullable().meta({
      description:
        "The line of the file, or the row of the sheet, that the record begins at; `null` of imports before lines were kept.",
    }),
    column: Column,
    value: z
      .string()
      .max(255)
      .nullable()
      .meta({
        description:
          "The cell in question of a rejected record, its first 255 characters. `null` of warnings: what they are about " +
          "is kept in the lead alone.",
      }),
    code: Code,
    severity: z.enum(SEVERITIES),
    reason: z
      .string()
      .max(4096)
      .meta({ description: "What happened, in the language of `Accept-Language`." }),
    hint: z.string().max(1024).meta({ description: "What to do, in the same language." }),
  })
  .meta({ id: "ImportError" });

const ImportErrorGroup = z
  .strictObject({ code: Code, column: Column, severity: z.enum(SEVERITIES), count: z.int().min(0) })
  .meta({ id: "ImportErrorGroup" });

export const ImportErrorsAnswer = z
  .strictObject({
    import_errors: z.array(ImportError).max(100),
    groups: z.array(ImportErrorGroup).max(1000).meta({
      description: "How many there are of each kind, whatever the filters; of the first 100,000 rejections.",
    }),
    meta: PageMeta,
  })
  .meta({ id: "ImportErrorsAnswer" });

export type ImportErrorView = z.input<typeof ImportError>;
export type ImportErrorGroupView = z.input<typeof ImportErrorGroup>;

export const importErrorsQuery = listQuery(
  { code: texts("eq"), column: texts("eq"), severity: oneOf(SEVERITIES, "eq"), record: integers("eq") },
  ["record"],
);

export const exampleImportErrors: ImportErrorView[] = [
  {
    record: 2,
    line: 3,
    column: "Email",
    value: "not-an-address",
    code: "invalid_email",
    severity: "rejected",
    reason: "“not-an-address” is not an e-mail address: it has no @.",
    hint: "Correct the e-mail in the error file, or add a phone, and send it again.",
  },
  {
    record: 7,
    line: 8,
    column: "Teléfono",
    value: null,
    code: "invalid_phone",
    severity: "warning",
    reason:
      "It is not a valid phone number. A lead that has no phone keeps it as it was written; a phone that is there stays.",
    hint: "Correct the phone of the lead, with + and its country code.",
  },
];

export const exampleImportErrorGroups: ImportErrorGroupView[] = [
  { code: "invalid_phone", column: "Teléfono", severity: "warning", count: 57 },
  { code: "invalid_email", column: "Email", severity: "rejected", count: 60 },
];
