import { fieldError } from "../../../errors.ts";
import type { Question } from "../../../leads/lead-record.ts";
import { readAnswer } from "../../../leads/normalize/answers.ts";
import { readCountryOrCode } from "../../../leads/normalize/countries/read-country.ts";
import { isPlaceholder } from "../../../leads/normalize/placeholders.ts";
import { readingLocale } from "../../../leads/normalize/reading-locale.ts";
import { shorten } from "../../../leads/normalize/shorten.ts";
import type { StageRow } from "../../../stages/queries.ts";
import { isClear } from "../../cleaning/clears.ts";
import { findStage } from "../../cleaning/values/stages.ts";
import { type Mapping, mappedTo } from "../../columns/mapping.ts";

interface Known {
  questions: Question[];
  /** Asked for where a stage is named. */
  stages: () => Promise<StageRow[]>;
  /** Of the company, ISO 3166-1 alpha-2. */
  country: string | null;
}

interface MappedText {
  path: string[];
  target: string;
  text: string;
}

/**
 * Checks that the texts which a mapping and constants have for stages, countries and answers name some: else every
 * record that they are read in would lose its value.
 *
 * @throws 422 that points to the text.
 */
export async function checkValues(
  fields: { mapping?: Mapping | undefined; constants?: Record<string, string> | undefined },
  known: Known,
): Promise<void> {
  for (const { path, target, text } of textsOf(fields)) {
    if (text === "" || isClear(text) || isPlaceholder(text)) continue;
    const expected = await missing(target, text, known);
    if (expected !== null) {
      throw fieldError("invalid_body", path, "unknown_value", `“${shorten(text)}” is ${expected}`);
    }
  }
}

function textsOf({ mapping = {}, constants = {} }: Parameters<typeof checkValues>[0]): MappedText[] {
  const texts = Object.entries(constants).map(([target, text]) => ({
    path: ["constants", target],
    target,
    text: text.trim(),
  }));
  for (const [header, entry] of Object.entries(mapping)) {
    const { to, values = {} } = mappedTo(entry);
    if (to === null) continue;
    for (const [cell, text] of Object.entries(values)) {
      texts.push({ path: ["mapping", header, "values", cell], target: to, text: text.trim() });
    }
  }
  return texts;
}

/** What a text is not, for the target that it is meant for; `null` where it is that. */
async function missing(target: string, text: string, known: Known): Promise<string | null> {
  if (target === "stage") {
    const stages = await known.stages();
    if (findStage(text, stages) !== undefined) return null;
    return `no stage: the stages are ${stages.map(({ key }) => key).join(", ")}`;
  }
  if (target === "country") {
    return readCountryOrCode(text) === null ? "no country: write its ISO code or its name" : null;
  }
  const question = known.questions.find(({ key }) => key === target);
  if (question === undefined) return null;
  if (readAnswer(text, question, readingLocale(known.country, null)) !== undefined) return null;
  const options = question.options.filter(({ archived }) => !archived).map(({ value }) => value);
  return options.length === 0
    ? `no answer to the question “${target}”, whose kind is ${question.kind}`
    : `no option of the question “${target}”: its options are ${shorten(options.join(", "), 200)}`;
}
