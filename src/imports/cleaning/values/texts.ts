import type { TextColumn, TextReader } from "../../../leads/fields.ts";
import type { LeadRecord } from "../../../leads/lead-record.ts";
import { decodeEntities } from "../../../leads/normalize/html-entities.ts";
import { shorten } from "../../../leads/normalize/shorten.ts";
import { limited } from "../../columns/column-names.ts";
import { warn } from "../warnings.ts";
import { keep } from "./custom-fields.ts";

/** A text of one of a lead's own columns, as people read it. */
export function plainText(text: string): string {
  if (!text.includes("&")) return text;
  return decodeEntities(text).trim().normalize("NFC") || text;
}

/** Reads a text of a certain form (an address, a place). Other text becomes a custom field, with a warning. */
export function readText(
  lead: LeadRecord,
  column: TextColumn,
  { read, code, problem }: TextReader,
  text: string,
  header: string,
): void {
  lead[column] = read(text);
  if (lead[column] !== null) return;
  const name = limited(header);
  keep(lead, name, text);
  const reason = `“${shorten(text)}” ${problem}. It is kept as the custom field “${shorten(name)}”.`;
  warn(lead, { code, column: header, value: text, reason });
}
