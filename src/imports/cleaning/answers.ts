import { fold } from "./fold.ts";
import type { Answer, Question } from "./lead-record.ts";

const YES = new Set([
  "yes",
  "y",
  "true",
  "t",
  "1",
  "x",
  "on",
  "si",
  "s",
  "sim",
  "verdadero",
  "verdadeiro",
  "✓",
  "✔",
]);
const NO = new Set(["no", "n", "false", "f", "0", "off", "nao", "falso"]);

const SPACES_IN_NUMBER = /(?<=\d)[\s'’](?=\d{3}(?!\d))/g;
const PLAIN_NUMBER = /^[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)$/;
const COMMA_GROUPS = /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/;
const DOT_GROUPS = /^[+-]?\d{1,3}(?:\.\d{3}){2,}$|^[+-]?\d{1,3}(?:\.\d{3})+,\d+$/;

const YEAR_FIRST = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ,].*)?$/s;
const YEAR_LAST = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?:[T ,].*)?$/s;

/**
 * Gives what a cell answers to a question, or `undefined` where it cannot be read as an answer of its kind.
 *
 * - choices: the value of an option, named by its value or its label; archived options are no longer there.
 *   Several are parted by `;`, `|`, a newline or, where that fails, `,`.
 * - number: `1,234.56` and `1.234,56`. Of a lone mark, `,` before exactly three digits groups thousands and
 *   anything else is the decimal mark, as programs write it. Nothing beyond what a double holds exactly.
 * - date: `YYYY-MM-DD`. Year first, or day first; month first only where the second number is no month.
 *   A time of day after it is left out.
 */
export function readAnswer(text: string, question: Question): Answer | undefined {
  switch (question.kind) {
    case "text":
      return text;
    case "single_choice":
      return readChoice(text, question);
    case "multiple_choice":
      return readChoices(text, question);
    case "number":
      return readNumber(text);
    case "date":
      return readDate(text);
    case "boolean":
      return readBoolean(text);
  }
}

/** The values of a question's options by everything that names them; folding them is most of the work. */
const choices = new WeakMap<Question, Map<string, string>>();

function readChoice(text: string, question: Question): string | undefined {
  let values = choices.get(question);
  if (values === undefined) {
    values = new Map();
    const options = question.options.filter((option) => !option.archived);
    // The exact value comes first, then what a person would call the same.
    for (const name of [
      (option: { value: string }) => option.value,
      (option: { label: string }) => option.label,
      (option: { value: string }) => fold(option.value),
      (option: { label: string }) => fold(option.label),
    ]) {
      for (const option of options) if (!values.has(name(option))) values.set(name(option), option.value);
    }
    choices.set(question, values);
  }
  return values.get(text) ?? values.get(fold(text));
}

/** Several times as many as a question has options. */
const MOST_CHOICES = 1000;

function readChoices(text: string, question: Question): string[] | undefined {
  const whole = readChoice(text, question);
  if (whole !== undefined) return [whole];
  for (const separator of [/[;|\n]/, /[;|\n,]/]) {
    const parts = text.split(separator).filter((part) => part.trim() !== "");
    if (parts.length > MOST_CHOICES) return undefined;
    const values = parts
      .map((part) => readChoice(part.trim(), question))
      .filter((value) => value !== undefined);
    if (values.length > 0 && values.length === parts.length) return [...new Set(values)];
  }
  return undefined;
}

function readNumber(text: string): number | undefined {
  const compact = text.replace(SPACES_IN_NUMBER, "");
  let plain: string;
  if (COMMA_GROUPS.test(compact)) plain = compact.replaceAll(",", "");
  else if (DOT_GROUPS.test(compact)) plain = compact.replaceAll(".", "").replace(",", ".");
  else if (PLAIN_NUMBER.test(compact)) plain = compact.replace(",", ".");
  else return undefined;
  const number = Number(plain);
  // Adding zero makes 0 of -0, which JSON cannot tell apart.
  return Math.abs(number) <= Number.MAX_SAFE_INTEGER ? number + 0 : undefined;
}

function readDate(text: string): string | undefined {
  const yearFirst = YEAR_FIRST.exec(text);
  if (yearFirst) return isoDate(Number(yearFirst[1]), Number(yearFirst[3]), Number(yearFirst[4]));
  const yearLast = YEAR_LAST.exec(text);
  if (!yearLast) return undefined;
  const [first, second, year] = [Number(yearLast[1]), Number(yearLast[3]), Number(yearLast[4])];
  return second > 12 ? isoDate(year, first, second) : isoDate(year, second, first);
}

/** `undefined` for a day that the calendar does not have, as 31 February. */
function isoDate(year: number, month: number, day: number): string | undefined {
  if (year < 1000 || month < 1 || month > 12 || day < 1) return undefined;
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCDate() === day ? date.toISOString().slice(0, 10) : undefined;
}

function readBoolean(text: string): boolean | undefined {
  const word = fold(text);
  if (YES.has(word)) return true;
  return NO.has(word) ? false : undefined;
}
