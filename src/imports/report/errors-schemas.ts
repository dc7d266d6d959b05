import * as z from "zod";
import { integers, listQuery, oneOf, texts } from "../../http/lists/list-query.ts";
import { PageMeta } from "../../http/lists/pagination.ts";

const SEVERITIES = ["rejected", "warning"] as const;

const Code = z.string().max(64).meta({ pattern: "^[a-z_]+$" });
const Column = z.string().max(255).nullable().meta({
  description:
    "The header of the column that a warning is about; `null` where it is about none, and of rejections.",
});

const ImportError = z
  .strictObject({
    record: z
      .int()
      .min(1)
      .meta({ description: "The record's number in the file, from 1, without the header." }),
    code: Code,
    severity: z.enum(SEVERITIES),
    column: Column,
    reason: z.string().max(4096).meta({ description: "What happened, and what to do." }),
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
    code: "invalid_email",
    severity: "rejected",
    column: null,
    reason: "“not-an-address” is not an e-mail address: it has no @.",
  },
  {
    record: 7,
    code: "invalid_phone",
    severity: "warning",
    column: "Teléfono",
    reason: "It is not a valid phone number, and is kept as it was written. Correct the lead.",
  },
];

export const exampleImportErrorGroups: ImportErrorGroupView[] = [
  { code: "invalid_phone", column: "Teléfono", severity: "warning", count: 57 },
  { code: "invalid_email", column: null, severity: "rejected", count: 60 },
];
