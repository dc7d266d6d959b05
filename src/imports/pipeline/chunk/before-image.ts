import { JSON_COLUMNS, UPDATABLE, type UpdatedColumns } from "../../matching/updated-columns.ts";
import { nameOf } from "./lead-rows.ts";

/**
 * What a record changes in the lead `l`, as SQL: a text of `,"column":value` for each column that would be another
 * after it, with the value of before; empty where nothing would be. The texts of JSON columns are kept as they
 * stand, so that they can be restored to the letter.
 *
 * @param tagged whether some record of the chunk says anything of tags.
 * @param campaign the campaign of the import, as SQL.
 */
export function changedValues(after: UpdatedColumns, tagged: boolean, campaign: string): string {
  const unless = (condition: string, name: string, value: string) =>
    `iif(${condition}, ',"${name}":' || ${value}, '')`;
  const columns = [
    ...UPDATABLE.map((field) => [nameOf(field.column), after.valueOf(field, "l")] as const),
    ["phone_raw", after.phoneRaw("l")] as const,
    ...JSON_COLUMNS.map((column) => [nameOf(column), after.json(column, "l")] as const),
  ];
  return [
    ...columns.map(([name, value]) => unless(`${value} IS NOT l.${name}`, name, `json_quote(l.${name})`)),
    unless(`l.campaign_id IS NULL AND ${campaign} IS NOT NULL`, "campaign_id", "'null'"),
    ...(tagged ? [unless(after.tagsChange(), "tags", TAGS)] : []),
  ].join(" || ");
}

const TAGS =
  "(SELECT json_group_array(tag) FROM (SELECT tag FROM lead_tags WHERE lead_id = l.id ORDER BY tag))";

/**
 * The before-image of a lead, as SQL; `NULL` where nothing changed.
 *
 * @param changed what {@link changedValues} gave.
 */
export function beforeImage(changed: string, version: string, updatedAt: string): string {
  return `iif(${changed} = '', NULL,
    '{"version":' || ${version} || ',"updated_at":' || ${updatedAt} || ${changed} || '}')`;
}
