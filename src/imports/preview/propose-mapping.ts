import type { Question } from "../../leads/lead-record.ts";
import type { Column } from "../columns/column.ts";
import { RANK } from "../columns/column.ts";
import type { Mapping, MappingEntry } from "../columns/mapping.ts";
import { CUSTOM_PREFIX, mappedColumn } from "../columns/mapping-targets.ts";

/** What a mapping may weigh as JSON in an upload, with a margin. */
const MOST_CHARACTERS = 60_000;

/**
 * What a column is, as a mapping says it. What no mapping can say (the country or the area code of a phone, a second
 * family name) has the name of what it is.
 */
export function targetOf(column: Column): string | null {
  switch (column.kind) {
    case "field":
    case "name_part":
      return column.field;
    case "question":
      return column.question.key;
    case "custom":
      return CUSTOM_PREFIX + column.name;
    case "ignored":
    case "surplus":
      return null;
    default:
      return column.kind;
  }
}

/**
 * A mapping that an import reads the file by as it is read now. What a mapping would make something else of is left
 * to be found again: of several e-mails, which one counts first; what may be an e-mail or a phone.
 *
 * @param said the mapping that the columns were found with: its rules and values go on.
 */
export function proposeMapping(
  columns: readonly Column[],
  questions: Question[],
  said: Mapping | null,
): Mapping {
  const proposed: [string, MappingEntry, boolean][] = [];
  for (const column of columns) {
    const target = targetOf(column);
    const { rule, values } = { rule: column.rule, values: column.values };
    if (column.kind !== "ignored" && !isSaid(column, target, columns, questions)) continue;
    if (column.kind === "ignored" && !isMapped(column)) continue;
    const entry = rule || values ? { to: target, ...(rule && { rule }), ...(values && { values }) } : target;
    proposed.push([column.header, entry, column.foundBy !== undefined]);
  }
  const all = Object.fromEntries(proposed.map(([header, entry]) => [header, entry]));
  if (JSON.stringify(all).length <= MOST_CHARACTERS) return all;
  const detected = proposed
    .filter(([, , isFound]) => isFound)
    .map(([header, entry]) => [header, entry] as const);
  const short = Object.fromEntries(detected);
  return JSON.stringify(short).length <= MOST_CHARACTERS ? short : (said ?? {});
}

/** Whether a mapping says what a column is: the sender's, or that of the last time. */
function isMapped({ foundBy }: Column): boolean {
  return foundBy === "mapping" || foundBy === "remembered" || foundBy === "renamed";
}

/** Whether a mapping with this target makes the same of a column. */
function isSaid(
  column: Column,
  target: string | null,
  columns: readonly Column[],
  questions: Question[],
): boolean {
  if (column.kind === "name_part" || column.kind === "phone_country" || column.kind === "area_code")
    return false;
  const mapped = mappedColumn(column.header, target, questions);
  if (mapped.kind !== column.kind) return false;
  if (column.kind === "custom") return mapped.kind === "custom" && mapped.name === column.name;
  if (column.kind === "question")
    return mapped.kind === "question" && mapped.question.id === column.question.id;
  if (column.kind !== "field" || column.contact === undefined || isMapped(column)) return true;
  const ofKind = columns.filter((one) => one.kind === "field" && one.field === column.field);
  return ofKind.length === 1 && column.contact.either !== true && column.contact.rank <= RANK.plain;
}
