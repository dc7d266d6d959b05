import type { Locale } from "./locale.ts";

/** A text in one language, with `{name}` where a value stands; where it counts something, with its singular. */
export type Text = string | { one: string; other: string };

/** Texts by key: one that lacks a language does not compile. */
export type Texts = Record<string, Record<Locale, Text>>;
