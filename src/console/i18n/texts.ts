import type { Texts } from "./shape.ts";
import { COLUMNS } from "./texts/columns.ts";
import { COMMON } from "./texts/common.ts";
import { CONNECT } from "./texts/connect.ts";
import type { EMBED } from "./texts/embed.ts";
import { ERRORS } from "./texts/errors.ts";
import { GLANCE } from "./texts/glance.ts";
import { IMPORT } from "./texts/import.ts";
import { IMPORTS } from "./texts/imports.ts";
import { LEADS } from "./texts/leads.ts";
import { PEOPLE } from "./texts/people.ts";
import { SESSION } from "./texts/session.ts";
import { WEBHOOKS } from "./texts/webhooks.ts";

/** Everything that the console says. */
export const TEXTS = {
  ...COMMON,
  ...SESSION,
  ...IMPORT,
  ...COLUMNS,
  ...IMPORTS,
  ...ERRORS,
  ...LEADS,
  ...GLANCE,
  ...PEOPLE,
  ...CONNECT,
  ...WEBHOOKS,
} satisfies Texts;

/** The keys of all texts, also of those that only the importer on other pages has. */
export type TextKey = keyof typeof TEXTS | keyof typeof EMBED;
