import { LEAD_FIELDS, type LeadField } from "../../leads/fields.ts";
import type { Question } from "../../leads/lead-record.ts";
import { shorten } from "../../leads/normalize/shorten.ts";
import { FileProblem } from "../readers/file-problem.ts";
import { type Column, RANK } from "./column.ts";
import { MAX_NAME_LENGTH } from "./column-names.ts";

/** Before a name, in a mapping or a header: the custom field of that name, whatever else the name may mean. */
export const CUSTOM_PREFIX = "custom_fields.";

const FIELD_NAMES: ReadonlySet<string> = new Set(LEAD_FIELDS);

/**
 * Whether a mapping may name it as what a column holds: one of a lead's columns, `full_name`, `tags`, the key of one of
 * the questions, or `custom_fields.` with a name of at most 255 characters.
 */
export function isMappingTarget(target: string, questions: Question[]): boolean {
  if (isField(target) || target === "full_name" || target === "tags") return true;
  return questions.some((question) => question.key === target) || isCustomTarget(target);
}

/** What constants are about, as columns: target to value. */
export function constantColumns(constants: Record<string, string> | null, questions: Question[]): Column[] {
  return Object.keys(constants ?? {}).map((target) => mappedColumn(`constants.${target}`, target, questions));
}

/** Whether a target is `custom_fields.` with a name that a custom field may have. */
export function isCustomTarget(target: string): boolean {
  return (
    target.startsWith(CUSTOM_PREFIX) &&
    target.trim().length > CUSTOM_PREFIX.length &&
    target.length <= CUSTOM_PREFIX.length + MAX_NAME_LENGTH
  );
}

/** The name in a target that {@link isCustomTarget}. */
export function customName(target: string): string {
  return target.slice(CUSTOM_PREFIX.length).trim();
}

/** The column that a mapping makes of a header. @throws FileProblem `mapping_target_unknown`. */
export function mappedColumn(header: string, target: string | null, questions: Question[]): Column {
  const foundBy = "mapping";
  if (target === null) return { kind: "ignored", header, foundBy };
  if (isField(target)) return { ...fieldColumn(header, target, RANK.mapping), foundBy };
  if (target === "full_name") return { kind: "full_name", header, foundBy };
  if (target === "tags") return { kind: "tags", header, foundBy };
  const question = questions.find(({ key }) => key === target);
  if (question) return { kind: "question", header, question, foundBy };
  if (isCustomTarget(target)) return { kind: "custom", header, name: customName(target), foundBy };
  throw new FileProblem(
    "mapping_target_unknown",
    `The mapping gives the column “${shorten(header)}” to “${shorten(target)}”, which is neither a lead's column nor a question of the campaign. A lead's columns are ${LEAD_FIELDS.join(", ")}; “full_name”, “tags” and “${CUSTOM_PREFIX}” with a name are possible too.`,
  );
}

/** A column that is a lead's own. @param rank of an e-mail or a phone: which of several columns is looked at first. */
export function fieldColumn(header: string, field: LeadField, rank: number): Column {
  return field === "email" || field === "phone"
    ? { kind: "field", header, field, contact: { rank } }
    : { kind: "field", header, field };
}

/** Whether a name is that of a lead's own column. */
export function isField(name: string): name is LeadField {
  return FIELD_NAMES.has(name);
}
