import type * as z from "zod";
import type { OptionRow, QuestionRow } from "./queries.ts";
import type { Option, Question } from "./schemas.ts";

/** A question as the API shows it. */
export function viewQuestion(row: QuestionRow): z.input<typeof Question> {
  return {
    id: row.id,
    campaign_id: row.campaignId,
    key: row.key,
    text: row.text,
    kind: row.kind,
    required: row.required,
    position: row.position,
    archived: row.archived,
    options: row.options.map(viewOption),
  };
}

function viewOption({ id, label, value, position, archived }: OptionRow): z.input<typeof Option> {
  return { id, label, value, position, archived };
}
