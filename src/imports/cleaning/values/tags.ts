import { MAX_TEXT_LENGTH } from "../../../leads/fields.ts";
import type { LeadRecord } from "../../../leads/lead-record.ts";
import { cleanCell } from "../../../leads/normalize/clean-cell.ts";
import { isPlaceholder } from "../../../leads/normalize/placeholders.ts";
import { shorten } from "../../../leads/normalize/shorten.ts";
import { isTag, MAX_TAGS } from "../../../leads/tags.ts";
import { limited } from "../../columns/column-names.ts";
import { warn } from "../warnings.ts";
import { keep } from "./custom-fields.ts";
import { tagTexts } from "./tag-texts.ts";

/** Reads the tags of a cell; what cannot be a tag is kept as a custom field, with a warning. */
export function readTags(lead: LeadRecord, text: string, header: string): void {
  const texts = tagTexts(text);
  if (texts === null) {
    keepRest(lead, text, text, header, `“${shorten(text)}” is JSON, but no list of texts.`);
    return;
  }
  const tags = new Set<string>();
  const rest: string[] = [];
  for (const part of texts) {
    const tag = cleanCell(part);
    if (tag === null || isPlaceholder(tag)) continue;
    if (isTag(tag) && (tags.size < MAX_TAGS || tags.has(tag))) tags.add(tag);
    else rest.push(tag);
  }
  if (tags.size > 0) lead.tags = [...tags];
  if (rest.length === 0) return;
  const problem = `“${shorten(rest[0] ?? "")}” is too long for a tag, on several lines, or one of more than ${MAX_TAGS}.`;
  keepRest(lead, text, joined(rest), header, problem);
}

/** Never longer than the cell was, which the limit of a custom field holds for. */
function joined(texts: string[]): string {
  const text = texts.join("; ");
  return text.length <= MAX_TEXT_LENGTH ? text : texts.join(";");
}

function keepRest(lead: LeadRecord, text: string, rest: string, header: string, problem: string): void {
  const name = limited(header);
  keep(lead, name, rest);
  const reason = `${problem} It is kept as the custom field “${shorten(name)}”.`;
  warn(lead, { code: "invalid_tag", column: header, value: text, reason });
}
