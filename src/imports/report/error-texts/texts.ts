import type * as z from "zod";
import type { Locale } from "../../../http/validation/fields.ts";
import type { RecordWarning } from "../../../leads/lead-record.ts";
import type { RejectionCode } from "../../matching/refusal.ts";
import type { ErrorText, Translation } from "./dictionaries.ts";
import { english } from "./en.ts";
import { spanish } from "./es.ts";
import { portuguese } from "./pt.ts";
import { translateReason } from "./translate-reason.ts";

export type TextLocale = z.output<typeof Locale>;

type Code = RejectionCode | RecordWarning["code"];

const TRANSLATIONS: Record<Exclude<TextLocale, "en">, Translation> = {
  es: spanish,
  pt: portuguese,
};

/**
 * What is said of an error in a language.
 *
 * @param kept the reason that was kept with a rejection, in English; `null` for a warning.
 */
export function errorText(code: string, kept: string | null, locale: TextLocale): ErrorText {
  if (kept === null) {
    const { warnings } = locale === "en" ? english : TRANSLATIONS[locale];
    return lookUp(warnings, code) ?? { reason: "", hint: "" };
  }
  if (locale === "en") return { reason: kept, hint: lookUp(english.hints, code) ?? "" };
  const said = lookUp(TRANSLATIONS[locale].rejections, code);
  return said
    ? { ...said, reason: translateReason(code as RejectionCode, kept, locale) ?? said.reason }
    : { reason: kept, hint: "" };
}

/**
 * What is said in a language of all records with an error at once.
 *
 * @returns the code itself where it is one of an earlier version, that nothing is said of.
 */
export function codeText(code: string, severity: "rejected" | "warning", locale: TextLocale): string {
  if (severity === "warning") {
    const { warnings } = locale === "en" ? english : TRANSLATIONS[locale];
    return lookUp(warnings, code)?.reason ?? code;
  }
  const said =
    locale === "en" ? lookUp(english.reasons, code) : lookUp(TRANSLATIONS[locale].rejections, code)?.reason;
  return said ?? code;
}

/** A code of an earlier version may be one that nothing is said of. */
function lookUp<Said>(texts: Partial<Record<Code, Said>>, code: string): Said | undefined {
  return Object.hasOwn(texts, code) ? texts[code as Code] : undefined;
}
