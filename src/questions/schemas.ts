import * as z from "zod";
import { flags, integers, listQuery, oneOf } from "../http/lists/list-query.ts";
import { PageMeta } from "../http/lists/pagination.ts";
import { Id, lineOfText, PathId } from "../http/validation/fields.ts";

export const QUESTION_KINDS = [
  "single_choice",
  "multiple_choice",
  "text",
  "number",
  "date",
  "boolean",
] as const;

/** The most options that a question may have, archived ones aside. */
const OPTIONS = 200;

const Key = z.string().max(64).meta({ pattern: "^[a-z][a-z0-9_]*$" });

export const Option = z
  .strictObject({
    id: Id,
    label: z.string().max(255),
    value: z.string().max(255),
    position: z.int32(),
    archived: z.boolean().meta({ description: "No longer offered, but kept for the answers that chose it." }),
  })
  .meta({ id: "Option" });

export const Question = z
  .strictObject({
    id: Id,
    campaign_id: Id,
    key: Key.meta({ description: "What a column of an import is called, to be its answers." }),
    text: z.string().max(1024),
    kind: z.enum(QUESTION_KINDS),
    required: z.boolean(),
    position: z.int32(),
    archived: z.boolean().meta({ description: "No longer asked, but kept for its answers." }),
    options: z.array(Option).max(10_000),
  })
  .meta({ id: "Question" });

export const QuestionAnswer = z.strictObject({ question: Question }).meta({ id: "QuestionAnswer" });
export const QuestionsAnswer = z
  .strictObject({ questions: z.array(Question).max(100), meta: PageMeta })
  .meta({ id: "QuestionsAnswer" });
export const ChangedQuestionsAnswer = z
  .strictObject({ questions: z.array(Question).max(1000) })
  .meta({ id: "ChangedQuestionsAnswer" });

export const QuestionParams = z.object({ id: PathId });
export const CampaignQuestionsParams = z.object({ campaign_id: PathId });

const Position = z.int().min(0).max(1_000_000);

export const OptionInput = z.strictObject({
  id: Id.optional(),
  label: lineOfText(),
  value: lineOfText(),
  position: Position.optional().meta({ description: "Its place in the list, where it is not given." }),
});

export const OptionsBody = z
  .strictObject({
    questions: z
      .array(z.strictObject({ id: Id, options: z.array(OptionInput).max(OPTIONS) }))
      .min(1)
      .max(100),
  })
  .meta({
    id: "OptionsBody",
    example: {
      questions: [
        {
          id: 1,
          options: [
            { id: 1, label: "Up to 10,000", value: "under_10k", position: 1 },
            { label: "More", value: "over_10k", position: 2 },
          ],
        },
      ],
    },
  });

const text = lineOfText(1024);

export const CreateQuestionBody = z
  .strictObject({
    key: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,63}$/, {
        error: "must be lower-case letters, digits and _, beginning with a letter",
      })
      .meta({ maxLength: 64 }),
    text,
    kind: z.enum(QUESTION_KINDS),
    required: z.boolean().default(false),
    position: Position.optional().meta({ description: "After all others, where it is not given." }),
    options: z
      .array(OptionInput.omit({ id: true }))
      .max(OPTIONS)
      .optional(),
  })
  .meta({
    id: "CreateQuestionBody",
    example: { key: "budget", text: "What is your budget?", kind: "number", required: false },
  });

export const UpdateQuestionBody = z
  .strictObject({ text, required: z.boolean(), position: Position, archived: z.boolean() })
  .partial()
  .meta({ id: "UpdateQuestionBody", example: { text: "What is your budget a year?" } });

export const OrderBody = z
  .strictObject({ question_ids: z.array(Id).min(1).max(1000) })
  .meta({ id: "OrderBody", example: { question_ids: [3, 1, 2] } });

export const questionsQuery = listQuery(
  {
    id: integers("eq", "in"),
    kind: oneOf(QUESTION_KINDS, "eq", "in"),
    archived: flags("eq"),
    required: flags("eq"),
  },
  ["position", "id"],
);

export const exampleQuestion: z.input<typeof Question> = {
  id: 1,
  campaign_id: 1,
  key: "budget",
  text: "What is your budget?",
  kind: "single_choice",
  required: false,
  position: 1,
  archived: false,
  options: [
    { id: 1, label: "Up to 10,000", value: "under_10k", position: 1, archived: false },
    { id: 2, label: "10,000 to 50,000", value: "10k_50k", position: 2, archived: false },
  ],
};
