import type * as z from "zod";
import type { Locale } from "../../../http/validation/fields.ts";
import type { RecordWarning } from "../../../leads/lead-record.ts";
import { REJECTIONS } from "../../codes/rejections.ts";
import { WARNINGS } from "../../codes/warnings.ts";
import type { RejectionCode } from "../../matching/refusal.ts";
import type { ErrorText, Translation } from "./dictionaries.ts";
import { spanish } from "./es.ts";
import { portuguese } from "./pt.ts";
import { translateReason } from "./translate-reason.ts";

export type TextLocale = z.output<typeof Locale>;

type Code = RejectionCode | RecordWarning["code"];

const TRANSLATIONS: Record<TextLocale, Translation> = {
  en: { warnings: WARNINGS, rejections: REJECTIONS },
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
    const said = lookUp(TRANSLATIONS[locale].warnings, code);
    return said ? textOf(said) : { reason: "", hint: "" };
  }
  const said = lookUp(TRANSLATIONS[locale].rejections, code);
  if (!said) return { reason: kept, hint: "" };
  if (locale === "en") return { reason: kept, hint: said.hint };
  return { ...said, reason: translateReason(code as RejectionCode, kept, locale) ?? said.reason };
}

/**
 * What is said in a language of all records with an error at once.
 *
 * @returns the code itself where it is one of an earlier version, that nothing is said of.
 */
export function codeText(code: string, severity: "rejected" | "warning", locale: TextLocale): string {
  const { warnings, rejections } = TRANSLATIONS[locale];
  return lookUp(severity === "warning" ? warnings : rejections, code)?.reason ?? code;
}

/** Without what the guide alone says. */
function textOf({ reason, hint }: ErrorText): ErrorText {
  return { reason, hint };
}

/** A code of an earlier version may be one that nothing is said of. */
function lookUp<Said>(texts: Partial<Record<Code, Said>>, code: string): Said | undefined {
  return Object.hasOwn(texts, code) ? texts[code as Code] : undefined;
}
