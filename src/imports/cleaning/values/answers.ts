import type { LeadRecord } from "../../../leads/lead-record.ts";
import { readAnswer } from "../../../leads/normalize/answers.ts";
import { isPlaceholder } from "../../../leads/normalize/placeholders.ts";
import type { ReadingLocale } from "../../../leads/normalize/reading-locale.ts";
import { shorten } from "../../../leads/normalize/shorten.ts";
import type { Column } from "../../columns/column.ts";
import { warn } from "../warnings.ts";
import { keep } from "./custom-fields.ts";

/** Reads the answer to a question. Text that is not an answer becomes a custom field, with a warning. */
export function readAnswerInto(
  lead: LeadRecord,
  text: string,
  column: Extract<Column, { kind: "question" }>,
  locale: ReadingLocale,
): void {
  const { question, dateOrder } = column;
  const value = readAnswer(text, question, dateOrder ? { ...locale, dateOrder } : locale);
  if (value !== undefined) {
    lead.answers ??= {};
    lead.answers[question.id] = value;
  } else if (question.kind === "text" || !isPlaceholder(text)) {
    keep(lead, question.key, text);
    const reason = `“${shorten(text)}” does not answer the question, and is kept as the custom field “${question.key}”.`;
    warn(lead, { code: "invalid_answer", column: column.header, value: text, reason });
  }
}
