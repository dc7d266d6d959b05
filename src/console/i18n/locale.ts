import { signal } from "@preact/signals";

export const LOCALES = ["en", "es", "pt"] as const;
export type Locale = (typeof LOCALES)[number];

/** The language of everything that is shown. */
export const locale = signal<Locale>("en");

/** The language that a tag of one names, such as `pt-BR`; `null` where it is none of ours. */
export function asLocale(tag: string | null): Locale | null {
  return LOCALES.find((known) => known === tag?.slice(0, 2).toLowerCase()) ?? null;
}
