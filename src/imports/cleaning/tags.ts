import type { LeadRecord } from "../../leads/lead-record.ts";
import { cleanCell } from "../../leads/normalize/clean-cell.ts";
import { isPlaceholder } from "../../leads/normalize/placeholders.ts";
import { shorten } from "../../leads/normalize/shorten.ts";
import { isTag, MAX_TAGS } from "../../leads/tags.ts";
import { limited } from "../columns/column-names.ts";
import { keep } from "./custom-fields.ts";
import { warn } from "./warnings.ts";

/** What exports put between the tags of a cell. */
const SEPARATORS = /[;,|\n]/;

/** Reads the tags of a cell; what cannot be a tag is kept as a custom field, with a warning. */
export function readTags(lead: LeadRecord, text: string, header: string): void {
  const tags = new Set<string>();
  const rest: string[] = [];
  for (const part of text.split(SEPARATORS)) {
    const tag = cleanCell(unquoted(part.trim()));
    if (tag === null || isPlaceholder(tag)) continue;
    if (isTag(tag) && (tags.size < MAX_TAGS || tags.has(tag))) tags.add(tag);
    else rest.push(tag);
  }
  if (tags.size > 0) lead.tags = [...tags];
  if (rest.length === 0) return;
  const name = limited(header);
  keep(lead, name, rest.join("; "));
  const reason =
    `“${shorten(rest[0] ?? "")}” is too long for a tag, or one of more than ${MAX_TAGS}. ` +
    `It is kept as the custom field “${shorten(name)}”.`;
  warn(lead, { code: "invalid_tag", column: header, value: text, reason });
}

/** Mailchimp writes `"VIP","2026"`. */
function unquoted(text: string): string {
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}
