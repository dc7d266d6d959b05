import * as z from "zod";
import { Id } from "../../http/validation/fields.ts";
import { FIELD_LIST, type Field, MAX_TEXT_LENGTH, type TextReader } from "../fields.ts";
import { cleanCell } from "../normalize/clean-cell.ts";
import { shorten } from "../normalize/shorten.ts";
import { isTag, MAX_TAG_LENGTH, MAX_TAGS } from "../tags.ts";

/** In UTF-16 units: what a custom field is called, and a choice. */
const MAX_NAME_LENGTH = 255;
const MAX_KEYS = 200;

/** A file could not hold it either: half a surrogate pair. */
function wholeCharacters(maximum: number) {
  return z
    .string()
    .max(maximum, { error: `has at most ${maximum} characters: shorten it` })
    .refine((raw) => raw.isWellFormed(), { error: "must be text" });
}

/** Text, cleaned like a file's cells; blank text is `null`. */
function text(maximum: number, reader: TextReader | null = null) {
  return wholeCharacters(maximum)
    .transform((raw, context) => {
      const clean = cleanCell(raw);
      if (clean === null || reader === null) return clean;
      const value = reader.read(clean);
      if (value !== null) return value;
      const message = `“${shorten(clean)}” ${reader.problem}`;
      context.addIssue({ code: "custom", params: { code: reader.code }, message });
      return z.NEVER;
    })
    .nullable();
}

/** An object whose keys are the client's own. JSON may have a key `__proto__`, which zod would pass over. */
export function byName<Value extends z.ZodType>(name: z.ZodString, value: Value) {
  return z.preprocess(
    (raw, context) => {
      if (typeof raw === "object" && raw !== null && Object.hasOwn(raw, "__proto__")) {
        context.addIssue({
          code: "custom",
          path: ["__proto__"],
          message: "cannot be the name of anything: choose another one",
        });
      }
      return raw;
    },
    z
      .record(name, value)
      .refine((entries) => Object.keys(entries).length <= MAX_KEYS, {
        error: `must have at most ${MAX_KEYS} keys`,
      })
      .meta({ maxProperties: MAX_KEYS })
      .nullable(),
  );
}

/** What a custom field is called: as a file's header would be after cleaning. */
export const FieldName = z
  .string()
  .min(1, { error: "has no name: give the field one, or leave it out" })
  .max(MAX_NAME_LENGTH, { error: `has a name of more than ${MAX_NAME_LENGTH} characters: shorten it` })
  .refine((name) => cleanCell(name) === name, {
    error: "must be text without control characters, or blanks at its ends",
  });

const MAX_KEY_LENGTH = 128;
export const QuestionKey = z
  .string()
  .min(1, { error: "has no name: write the key of a question, or leave it out" })
  .max(MAX_KEY_LENGTH, { error: "is no key of a question: none is so long" });

/** The JSON types of answers; the kind of the question decides which of them fits. */
export const AnswerInput = z.union([
  wholeCharacters(MAX_TEXT_LENGTH),
  z.number(),
  z.boolean(),
  z.array(wholeCharacters(MAX_NAME_LENGTH)).max(200),
]);

/** What a tag is called. */
const Tag = wholeCharacters(MAX_TAG_LENGTH)
  .transform((raw) => cleanCell(raw) ?? "")
  .refine(isTag, { error: "must be text on one line" })
  .meta({ type: "string", maxLength: MAX_TAG_LENGTH });

const StageInput = z
  .union([z.string().max(64), Id])
  .meta({ description: "The key or the id of a stage of `GET /stages`." });

type FieldInput<Row extends Field> = Row["kind"] extends "stage"
  ? typeof StageInput
  : ReturnType<typeof text>;

const fieldInputs = Object.fromEntries(
  FIELD_LIST.filter(({ updatable }) => updatable).map((field) => [field.key, inputOf(field)]),
) as { [Row in Field as Extract<Row, { updatable: true }>["key"]]: FieldInput<Row> };

function inputOf({ kind, maxLength, reader }: Field): z.ZodType {
  switch (kind) {
    case "email":
      return text(maxLength).meta({
        description: "Read as in a file: `Ana <ana@example.com>` is her address.",
      });
    case "phone":
      return text(maxLength).meta({
        description: "Without a country code it is one of the lead's `country`, else of the company's.",
      });
    case "stage":
      return StageInput;
    default:
      return reader ? text(maxLength, reader).meta({ description: reader.description }) : text(maxLength);
  }
}

const fields = {
  ...fieldInputs,
  campaign_id: Id.nullable(),
  answers: byName(QuestionKey, AnswerInput.nullable()).meta({
    description:
      "By the key of a question of the campaign. Keys that are not given stay as they are; `null` removes an answer.",
  }),
  custom_fields: byName(FieldName, text(MAX_TEXT_LENGTH)).meta({
    description: "By name. Names that are not given stay as they are; `null` removes a field.",
  }),
  tags: z
    .array(Tag)
    .max(MAX_TAGS)
    .nullable()
    .meta({ description: "All of them: what is not among them is removed." }),
  assigned_to: Id.nullable().meta({
    description: "A user with an access in the company or above it. Managers and owners assign.",
  }),
};

export const CreateLeadBody = z
  .strictObject(fields)
  .partial()
  .meta({
    id: "CreateLeadBody",
    example: {
      email: "lucia@example.com",
      first_name: "Lucía",
      stage: "new",
      answers: { budget: "10k_50k" },
    },
  });

export const UpdateLeadBody = z
  .strictObject(fields)
  .partial()
  .meta({ id: "UpdateLeadBody", example: { stage: "contacted", job_title: null } });

export type LeadInput = z.output<typeof UpdateLeadBody>;

export const RemoveLeadQuery = z.strictObject({
  erase: z
    .enum(["true", "false"])
    .default("false")
    .meta({ description: "Whether the person is erased at once, beyond restoring." }),
});
