import { formatNumber } from "./format.ts";
import { locale } from "./locale.ts";
import type { Texts } from "./shape.ts";
import type { TextKey } from "./texts.ts";

export type { TextKey };

let texts: Texts = {};

/** Says what texts there are: before the first one is shown. */
export function provideTexts(table: Texts): void {
  texts = table;
}

/** What stands in a text at `{name}`; of numbers, `n` decides between singular and plural. */
export type Values = Record<string, string | number>;

/**
 * A text in the language of the page.
 *
 * @param values numbers are written as the language writes them.
 */
export function t(key: TextKey, values: Values = {}): string {
  const text = texts[key]?.[locale.value];
  if (text === undefined) throw new Error(`no text ${key}`);
  const form = typeof text === "string" ? text : text[pluralOf(values.n)];
  return form.replace(/\{(\w+)\}/g, (_, name: string) => written(values[name] ?? ""));
}

/** Whether there is a text of this key: for codes of the API, which may get new ones. */
export function isTextKey(key: string): key is TextKey {
  return key in texts;
}

function written(value: string | number): string {
  return typeof value === "number" ? formatNumber(value) : value;
}

function pluralOf(n: string | number | undefined): "one" | "other" {
  return new Intl.PluralRules(locale.value).select(Number(n ?? 0)) === "one" ? "one" : "other";
}
