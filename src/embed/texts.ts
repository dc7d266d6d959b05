import { COLUMNS } from "../console/i18n/texts/columns.ts";
import { COMMON } from "../console/i18n/texts/common.ts";
import { EMBED } from "../console/i18n/texts/embed.ts";
import { ERRORS } from "../console/i18n/texts/errors.ts";
import { IMPORT } from "../console/i18n/texts/import.ts";
import { IMPORTS } from "../console/i18n/texts/imports.ts";

/** Everything that the element says: what the console says of imports, and what only a page of others needs. */
export const TEXTS = { ...COMMON, ...IMPORT, ...COLUMNS, ...IMPORTS, ...ERRORS, ...EMBED };
