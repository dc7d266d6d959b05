import type * as z from "zod";
import { fieldError } from "../../errors.ts";
import type { Answer, Question } from "../lead-record.ts";
import { readAnswer } from "../normalize/answers.ts";
import { cleanCell } from "../normalize/clean-cell.ts";
import type { AnswerInput } from "./write-schemas.ts";

type AnswersInput = Record<string, z.output<typeof AnswerInput> | null>;

/**
 * Puts answers to those that a lead has. Text is read by the rules of the import; a number, a boolean and a list
 * of choices may also come as what they are.
 *
 * @param input by the key of a question; `null` removes an answer.
 * @param questions those of the campaign that are still asked.
 * @param present by the id of a question.
 * @returns by the id of a question, `null` for none.
 * @throws 422 for an unknown key, and for a value that does not fit its question.
 */
export function readAnswers(
  input: AnswersInput,
  questions: Question[],
  present: Record<string, Answer>,
): Record<string, Answer> | null {
  const byKey = new Map(questions.map((question) => [question.key, question]));
  const answers = { ...present };
  for (const [key, value] of Object.entries(input)) {
    const question = byKey.get(key);
    if (!question) {
      const detail = "the lead's campaign asks no such question";
      throw fieldError("invalid_body", ["answers", key], "not_found", detail);
    }
    const blank = value === null || (typeof value === "string" && cleanCell(value) === null);
    if (blank) delete answers[question.id];
    else answers[question.id] = answerOf(value, question);
  }
  return Object.keys(answers).length > 0 ? answers : null;
}

function answerOf(value: z.output<typeof AnswerInput>, question: Question): Answer {
  const answer =
    typeof value === "string" ? readAnswer(cleanCell(value) ?? "", question) : plain(value, question);
  if (answer !== undefined) return answer;
  throw fieldError("invalid_body", ["answers", question.key], "invalid_answer", WANTED[question.kind]);
}

/** A JSON value other than text, where the question is of its kind. */
function plain(value: number | boolean | string[], question: Question): Answer | undefined {
  switch (typeof value) {
    case "number":
      // As in a file: nothing beyond what a double holds exactly, and 0 for -0.
      return question.kind === "number" && Math.abs(value) <= Number.MAX_SAFE_INTEGER ? value + 0 : undefined;
    case "boolean":
      return question.kind === "boolean" ? value : undefined;
    default:
      return question.kind === "multiple_choice" ? choicesOf(value, question) : undefined;
  }
}

function choicesOf(input: string[], question: Question): string[] | undefined {
  const single: Question = { ...question, kind: "single_choice" };
  const values = input.map((one) => readAnswer(cleanCell(one) ?? "", single));
  if (values.length === 0 || values.includes(undefined)) return undefined;
  return [...new Set(values as string[])];
}

const WANTED: Record<Question["kind"], string> = {
  single_choice: "must be an option of the question that is not archived",
  multiple_choice: "must be options of the question that are not archived",
  text: "must be text",
  number: "must be a number of at most 15 digits",
  date: "must be a date, as 2026-03-31",
  boolean: "must be true or false",
};
