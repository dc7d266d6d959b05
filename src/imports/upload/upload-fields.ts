import * as z from "zod";
import { integerText } from "../../http/validation/fields.ts";
import { DEFAULT_MATCH_KEYS, MATCH_KEYS, type MatchKey } from "../../leads/duplicates/match-keys.ts";
import { COLUMN_RULES } from "../columns/column-rule.ts";
import { storeOfImportCode } from "../import-code.ts";
import { encodingOf } from "../readers/encodings/encodings.ts";

/** As many as a file may have columns. */
const MAX_MAPPED = 1024;
const MAX_CONSTANTS = 100;

/** Zod would pass over it. */
const NO_NAME = "cannot have “__proto__” as a name: rename the column, or leave it out of the mapping";

/** A field of an upload that is JSON. */
function jsonText(example: string) {
  return z
    .string()
    .max(65_536)
    .transform((text, context) => {
      try {
        return JSON.parse(text, (key, value: unknown) => {
          if (key === "__proto__") context.addIssue({ code: "custom", message: NO_NAME });
          return value;
        }) as unknown;
      } catch {
        context.addIssue({ code: "custom", message: `must be JSON, such as ${example}` });
        return z.NEVER;
      }
    });
}

const MAPPING_EXAMPLE = '{"Mail": "email", "Internal": null, "Notes": {"to": "notes", "rule": "append"}}';
const CONSTANTS_EXAMPLE = '{"source": "Spring fair"}';

const Target = z.string().min(1);

const MappedColumn = z.strictObject({
  to: Target.nullable(),
  rule: z.enum(COLUMN_RULES).optional(),
  values: z.record(z.string(), z.string().max(255)).optional(),
});

const NO_ENTRY = `must be a name, null, or an object of "to", "rule" (${COLUMN_RULES.join(", ")}) and "values"`;

/** What comes with a file: the fields of its form, or the query of a raw body. */
export const UploadFields = z
  .strictObject({
    company_id: integerText({ min: 1 }, "must be the id of a company").meta({ example: 1 }),
    campaign_id: integerText({ min: 1 }, "must be the id of a campaign")
      .optional()
      .meta({ description: "Its questions are columns too.", example: 1 }),
    on_duplicate: z.enum(["skip", "update", "create"]).default("skip").meta({
      description: "What happens to a record that is a lead's person already; see `match_by`.",
    }),
    match_by: z
      .string()
      .max(64)
      .transform((text) => text.split(",").map((key) => key.trim()))
      .refine((keys): keys is MatchKey[] => keys.every((key) => MATCH_KEYS.some((known) => known === key)), {
        error: `must be of ${MATCH_KEYS.join(", ")}, parted by commas`,
        abort: true,
      })
      .refine((keys) => new Set(keys).size === keys.length, { error: "must name each key once" })
      .transform((keys) => keys as MatchKey[])
      .default([...DEFAULT_MATCH_KEYS])
      .meta({
        description:
          "What makes a record the same person as a lead: `email`, `phone` and `external_id`, parted by commas. Two " +
          "people with different e-mails and one phone stay two. With `external_id` a record needs neither e-mail " +
          "nor phone.",
        type: "string",
        default: DEFAULT_MATCH_KEYS.join(","),
        example: "external_id,email,phone",
      }),
    create_missing: z.enum(["true", "false"]).default("true").meta({
      description: "`false`: only leads that are there are updated, and a record that is none's is rejected.",
    }),
    dry_run: z
      .enum(["true", "false"])
      .default("false")
      .meta({
        description:
          "`true`: all is done but the writing of leads. It ends as `validated`, with the whole ledger and the errors, and " +
          "`POST /import/{import_code}/commit` imports it then. It does not count against the imports of a month.",
      }),
    constants: jsonText(CONSTANTS_EXAMPLE)
      .pipe(
        z
          .record(Target, z.string().min(1).max(255), { error: "must be a JSON object from field to text" })
          .refine((constants) => Object.keys(constants).length <= MAX_CONSTANTS, {
            error: `must name at most ${MAX_CONSTANTS} fields`,
          }),
      )
      .optional()
      .meta({
        description:
          "JSON: a lead's column, `full_name`, `tags`, a question's key or `custom_fields.<name>` to what every record says " +
          "of it. A column of the file that would be that is kept as a custom field.",
        type: "string",
        example: CONSTANTS_EXAMPLE,
      }),
    mapping: jsonText(MAPPING_EXAMPLE)
      .pipe(
        z
          .record(z.string(), z.union([Target.nullable(), MappedColumn], { error: NO_ENTRY }), {
            error: "must be a JSON object from header to field",
          })
          .refine((mapping) => Object.keys(mapping).length <= MAX_MAPPED, {
            error: `must name at most ${MAX_MAPPED} columns`,
          }),
      )
      .optional()
      .meta({
        description:
          "JSON: header name to a lead's column, `full_name`, `tags`, a question's key or `custom_fields.<name>`; `null` " +
          "leaves a column out. Columns that are not named are matched by their header. In place of a name, " +
          '`{"to": name, "rule": rule, "values": {"Sí": "yes"}}`: `values` are read in place of what a cell says, ' +
          "and the rule says what a cell does to a lead that is there (`on_duplicate=update`): `overwrite` " +
          "(default), `fill_empty` where the lead has nothing, `keep` the lead's, `append` to notes, tags and " +
          "multiple choices. An empty cell changes nothing; the cell `[clear]` takes the lead's value away.",
        type: "string",
        example: MAPPING_EXAMPLE,
      }),
    source: z
      .string()
      .trim()
      .min(1)
      .max(255)
      .optional()
      .meta({ description: "For leads whose record names none." }),
    encoding: z
      .string()
      .trim()
      .max(40)
      .refine((label) => label === "auto" || encodingOf(label) !== null, {
        error:
          "is not an encoding that can be read: send a label such as utf-8, windows-1252, macintosh or ibm850",
      })
      .default("auto")
      .meta({
        description:
          "`auto`, or what the sender knows: a label of the Encoding Standard, `macintosh`, `ibm437`, `ibm850` and the like.",
      }),
    delimiter: z
      .string()
      .max(4)
      .refine((text) => text === "auto" || text === "tab" || /^[\t -~]$/.test(text), {
        error: "must be auto, tab, or one character of ASCII",
      })
      .default("auto")
      .meta({ description: "What separates cells: `auto`, `tab`, or one character." }),
    header_row: z
      .string()
      .max(10)
      .refine((text) => text === "auto" || /^\d{1,7}$/.test(text), {
        error: "must be auto, or the line of the header, from 1; 0 for a file without one",
      })
      .default("auto")
      .meta({
        description:
          "The line of the header, from 1, or `auto`. `0`: the file has none, and its columns are named A, B, C and so on.",
      }),
    sheet: z.string().trim().min(1).max(255).default("auto").meta({
      description: "Of a workbook: the name of a sheet, or its number from 1; `auto` is the first one.",
    }),
    parent_import_code: z
      .string()
      .refine((code) => storeOfImportCode(code) !== null, { error: "must be the code of an import" })
      .optional()
      .meta({
        description:
          "Of an error file that is sent back: the import that it is of, where its records do not tell. It always decides.",
        example: "imp_00k3v9x2m7q1z8w4b6n5c0d2f1",
      }),
    file_name: z.string().trim().min(1).max(255).optional().meta({ description: "The name of a raw body." }),
  })
  .meta({ id: "UploadFields" });
