import type { Question, Stage } from "../../../api/types.ts";

export interface ValueChoice {
  value: string;
  label: string;
}

/**
 * What the values of a column can become.
 *
 * @returns `null` where that is not a choice from a list.
 */
export function valueChoices(
  target: string | null,
  questions: Question[],
  stages: Stage[],
): ValueChoice[] | null {
  if (target === "stage") return stages.map(({ key, name }) => ({ value: key, label: name }));
  const question = questions.find(({ key }) => key === target);
  if (!question || question.options.length === 0) return null;
  return question.options.filter(({ archived }) => !archived).map(({ value, label }) => ({ value, label }));
}
