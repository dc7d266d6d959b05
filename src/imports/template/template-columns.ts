import type * as z from "zod";
import type { Locale } from "../../http/validation/fields.ts";
import { FIELD_LIST } from "../../leads/fields.ts";
import type { QuestionRow } from "../../questions/queries.ts";
import type { StageRow } from "../../stages/queries.ts";
import { foldHeader } from "../columns/header-names.ts";
import { EXAMPLE_EMAIL, EXAMPLE_PHONE } from "./example-record.ts";

type Language = z.output<typeof Locale>;

/** A column of a template: what an import finds it by, an example, and what may be chosen in it. */
export interface TemplateColumn {
  header: string;
  /** What the header means, where it does not say it by itself. */
  comment: string | null;
  example: string;
  options: string[];
  /** Whether nothing but the options is an answer. */
  isStrict: boolean;
}

const WORDS = {
  en: { tags: "Tags", yes: "Yes", no: "No", text: "An answer" },
  es: { tags: "Etiquetas", yes: "Sí", no: "No", text: "Una respuesta" },
  pt: { tags: "Etiquetas", yes: "Sim", no: "Não", text: "Uma resposta" },
} as const satisfies Record<Language, object>;

/** Each contact of the example is one that no person has, so that it is recognised by any of them. */
const EXAMPLES: Record<string, string | undefined> = { email: EXAMPLE_EMAIL, phone: EXAMPLE_PHONE };

/**
 * The columns of a template: a lead's own by the label of the language, tags, then the questions by their keys, which
 * are the same in each language. Each comes back without a mapping. Where the label of a lead's column is also the key of
 * a question, it says that it is the lead's: the key alone would be read as the question.
 */
export function templateColumns(
  language: Language,
  questions: readonly QuestionRow[],
  stages: readonly StageRow[],
): TemplateColumn[] {
  const words = WORDS[language];
  const keys = new Set(questions.map(({ key }) => foldHeader(key)));
  const fields = FIELD_LIST.flatMap(({ kind, headers, updatable, example }) => {
    if (!updatable || headers === null) return [];
    const names = kind === "stage" ? stages.map(({ name }) => name) : [];
    const shown = names[0] ?? EXAMPLES[kind] ?? example ?? "";
    return [columnOf(headers[language][0], shown, names)];
  });
  const own = [...fields, columnOf(words.tags, "vip")]
    .map((column) => (keys.has(foldHeader(column.header)) ? ofLead(column) : column))
    .filter(({ header }) => !keys.has(foldHeader(header)));
  return [...own, ...questions.map((question) => columnOfQuestion(question, words))];
}

/** What stands in brackets is no part of what a header means, but of what it is called. */
function ofLead(column: TemplateColumn): TemplateColumn {
  return { ...column, header: `${column.header} (lead)` };
}

function columnOf(header: string, example: string, options: string[] = []): TemplateColumn {
  return { header, comment: null, example, options, isStrict: false };
}

function columnOfQuestion(question: QuestionRow, words: (typeof WORDS)[Language]): TemplateColumn {
  const { key, text, kind } = question;
  const options = kind === "boolean" ? [words.yes, words.no] : choicesOf(question);
  return {
    header: key,
    comment: text === key ? null : text,
    example: options[0] ?? exampleOf(kind, words),
    options,
    // Of several choices a cell may have some, parted by semicolons.
    isStrict: kind === "single_choice",
  };
}

function exampleOf(kind: QuestionRow["kind"], words: (typeof WORDS)[Language]): string {
  if (kind === "number") return "10";
  if (kind === "date") return "2026-01-31";
  return kind === "text" ? words.text : "";
}

/** What parts several choices in a cell. */
const PARTS = /[;|\n]/;

/** What a person reads of each option, or its value where the label could be taken for another option, or several. */
function choicesOf({ options }: QuestionRow): string[] {
  const open = options.filter(({ archived }) => !archived);
  return open.map(({ label, value }) => {
    const isItsOwn = open.every((one) => one.value === value || (one.label !== label && one.value !== label));
    return isItsOwn && !PARTS.test(label) ? label : value;
  });
}
