import { effect, signal } from "@preact/signals";
import { user } from "../api/session.ts";
import { asLocale, type Locale, locale } from "./locale.ts";

const STORED = "leadsy.locale";

/** What was chosen here; without a choice the account's language counts, then the browser's. */
const chosen = signal<Locale | null>(asLocale(localStorage.getItem(STORED)));

effect(() => {
  locale.value = chosen.value ?? user.value?.locale ?? browserLocale();
  document.documentElement.lang = locale.value;
});

/** Changes the language, for this browser. */
export function chooseLocale(next: Locale): void {
  localStorage.setItem(STORED, next);
  chosen.value = next;
}

function browserLocale(): Locale {
  return navigator.languages.map((tag) => asLocale(tag)).find((known) => known !== null) ?? "en";
}
