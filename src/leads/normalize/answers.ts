import { detach } from "../../text/detach.ts";
import { fold } from "../../text/fold.ts";
import { Spellings } from "../../text/spellings.ts";
import type { Answer, Question } from "../lead-record.ts";
import { readDate } from "./dates.ts";
import { readNumber } from "./numbers.ts";
import { type ReadingLocale, readingLocale } from "./reading-locale.ts";

const YES = ["yes", "y", "true", "t", "1", "x", "on", "si", "s", "sim", "verdadero", "verdadeiro", "✓", "✔"];
const NO = ["no", "n", "false", "f", "0", "off", "nao", "falso"];
const BOOLEANS = new Spellings<boolean>(
  new Map([...YES.map((word) => [word, true] as const), ...NO.map((word) => [word, false] as const)]),
);

/**
 * Gives what a cell answers to a question, or `undefined` where it cannot be read as an answer of its kind.
 *
 * - choices: the value of an option, named by its value or its label; archived options are no longer there.
 *   Several are parted by `;`, `|`, a newline or, where that fails, `,`.
 * - number and date: as {@link readNumber} and {@link readDate} say; the locale decides what can be read in two ways.
 */
export function readAnswer(
  text: string,
  question: Question,
  locale: ReadingLocale = readingLocale(null, null),
): Answer | undefined {
  switch (question.kind) {
    case "text":
      return text;
    case "single_choice":
      return readChoice(text, question);
    case "multiple_choice":
      return readChoices(text, question);
    case "number":
      return readNumber(text, locale);
    case "date":
      return readDate(text, locale);
    case "boolean":
      return BOOLEANS.find(text);
  }
}

/** The values of a question's options by everything that names them. */
const choices = new WeakMap<Question, Spellings<string>>();

function readChoice(text: string, question: Question): string | undefined {
  let values = choices.get(question);
  if (values === undefined) {
    values = new Spellings(optionNames(question));
    choices.set(question, values);
  }
  return values.find(text);
}

function optionNames(question: Question): Map<string, string> {
  const values = new Map<string, string>();
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
  return values;
}

/** Several times as many as a question has options. */
const MOST_CHOICES = 1000;

/** What cells with several choices were read as. A file has the same few in each of its records. */
const choiceLists = new WeakMap<Question, Map<string, string[]>>();
/** How many are kept of a question. */
const MOST_LISTS = 500;

function readChoices(text: string, question: Question): string[] | undefined {
  let lists = choiceLists.get(question);
  if (lists === undefined) {
    lists = new Map();
    choiceLists.set(question, lists);
  }
  const known = lists.get(text);
  if (known !== undefined) return [...known];
  const values = parseChoices(text, question);
  if (values !== undefined && lists.size < MOST_LISTS) lists.set(detach(text), values);
  return values && [...values];
}

function parseChoices(text: string, question: Question): string[] | undefined {
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
