import { computed, effect, signal } from "@preact/signals";
import { user } from "../api/session.ts";

export const LOCALES = ["en", "es", "pt"] as const;
export type Locale = (typeof LOCALES)[number];

const STORED = "leadsy.locale";

/** What was chosen here; without a choice the account's language counts, then the browser's. */
const chosen = signal<Locale | null>(asLocale(localStorage.getItem(STORED)));

/** The language of everything that is shown. */
export const locale = computed<Locale>(() => chosen.value ?? user.value?.locale ?? browserLocale());

effect(() => {
  document.documentElement.lang = locale.value;
});

/** Changes the language, for this browser. */
export function chooseLocale(next: Locale): void {
  localStorage.setItem(STORED, next);
  chosen.value = next;
}

function browserLocale(): Locale {
  return navigator.languages.map((tag) => asLocale(tag.slice(0, 2))).find((known) => known !== null) ?? "en";
}

function asLocale(text: string | null): Locale | null {
  return LOCALES.find((known) => known === text) ?? null;
}
