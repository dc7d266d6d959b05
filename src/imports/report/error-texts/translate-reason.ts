import type { RejectionCode } from "../../matching/refusal.ts";
import { PHRASES, REASONS, type Reason, SLIPS } from "./reasons.ts";

type Language = Exclude<keyof Reason, "en">;

/**
 * The reason of a rejection in another language, with all that it says of its record.
 *
 * @param kept the reason as it was kept, in English.
 * @returns `null` for one that is put otherwise, as by an earlier version.
 */
export function translateReason(code: RejectionCode, kept: string, language: Language): string | null {
  return translateAs(REASONS[code], kept, language);
}

function translateAs(reasons: readonly Reason[], text: string, language: Language): string | null {
  for (const reason of reasons) {
    const values = valuesIn(text, reason.en, language);
    if (values === null) continue;
    return reason[language].replace(SLOT, (_, number: string) => values[Number(number) - 1] ?? "");
  }
  return null;
}

const SLOT = /\{(\d)(?::(words|slip))?\}/g;

/** What stands in a text in the places of a template, translated where it is ours; `null` where it is not made by it. */
function valuesIn(text: string, template: string, language: Language): string[] | null {
  const values: string[] = [];
  let at = 0;
  let written = 0;
  let kind: string | undefined;
  for (const slot of template.matchAll(SLOT)) {
    const between = template.slice(written, slot.index);
    const start = written === 0 ? (text.startsWith(between) ? 0 : -1) : text.indexOf(between, at);
    if (start < 0) return null;
    if (written > 0) values.push(translateValue(text.slice(at, start), kind, language));
    at = start + between.length;
    written = slot.index + slot[0].length;
    kind = slot[2];
  }
  const last = template.slice(written);
  if (written === 0) return text === last ? [] : null;
  const end = text.length - last.length;
  if (end < at || !text.endsWith(last)) return null;
  return [...values, translateValue(text.slice(at, end), kind, language)];
}

function translateValue(text: string, kind: string | undefined, language: Language): string {
  if (kind === undefined) return text;
  if (kind === "slip") return translateAs(SLIPS, text, language) ?? text;
  // What is quoted is the file's.
  const [first = "", ...others] = text.split("“");
  const parts = others.map((part) => {
    const end = part.indexOf("”") + 1;
    return `“${part.slice(0, end)}${translateWords(part.slice(end), language)}`;
  });
  return translateWords(first, language) + parts.join("");
}

function translateWords(text: string, language: Language): string {
  return PHRASES.reduce((words, phrase) => words.replaceAll(phrase.en, phrase[language]), text);
}
