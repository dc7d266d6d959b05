import type { Answer, LeadRecord } from "../../leads/lead-record.ts";
import type { ColumnRule } from "../columns/column-rule.ts";
import { leadRow } from "../pipeline/chunk/lead-rows.ts";
import type { ColumnRules } from "./column-rules.ts";
import type { Candidate } from "./decide-outcomes.ts";
import { tagsOf, UPDATABLE } from "./updated-columns.ts";

/**
 * The row of a record that meets a lead: what it overwrites in the columns, and after them what the rules of its
 * columns and its cleared cells do besides; see {@link EXTRA}.
 *
 * @param initialStageId where a lead goes whose stage is cleared.
 */
export function metRow(
  { record, lead, cells }: Candidate,
  leadId: number,
  rules: ColumnRules,
  initialStageId: number,
): unknown[] {
  const clears = lead.clears ?? NOTHING;
  const refusable = rules.fields.has("notes") || rules.fields.has("tags");
  if (clears === NOTHING && rules.answers.size === 0 && rules.customFields.size === 0) {
    return [
      ...leadRow({ record, lead }),
      leadId,
      "",
      null,
      null,
      null,
      refusable ? cells : null,
      tagsOf(lead),
    ];
  }
  const answers = byRule(lead.answers, clears.answers, rules.answers);
  const customFields = byRule(lead.customFields, clears.customFields, rules.customFields);
  const overwriting: LeadRecord = {
    ...lead,
    stageId: lead.stageId ?? (clears.fields.includes("stage") ? initialStageId : null),
    answers: answers.overwrite as LeadRecord["answers"],
    customFields: customFields.overwrite as LeadRecord["customFields"],
  };
  // Of several columns of a kind one may be cleared and another filled in.
  const cleared = UPDATABLE.flatMap(({ key, column }) =>
    key !== "stage" && lead[column] === null && clears.fields.includes(key) ? [`,${column},`] : [],
  );
  return [
    ...leadRow({ record, lead: overwriting }),
    leadId,
    cleared.join(""),
    answers.fill_empty,
    customFields.fill_empty,
    answers.append,
    refusable ? cells : null,
    tagsOf(lead),
  ];
}

const NOTHING = { fields: [], answers: [], customFields: [], tags: false };

type Parts = Record<ColumnRule, Record<string, Answer | null> | null>;

/** Entries by the rule that applies to them; `null` clears one. */
function byRule(
  entries: Record<string, Answer> | null,
  clears: readonly string[],
  rules: ReadonlyMap<string, ColumnRule>,
): Parts {
  const parts: Parts = { overwrite: null, fill_empty: null, keep: null, append: null };
  const put = (rule: ColumnRule, name: string, value: Answer | null) => {
    // Without a prototype, `__proto__` is a name like any other.
    const part = parts[rule] ?? (Object.create(null) as Record<string, Answer | null>);
    part[name] = value;
    parts[rule] = part;
  };
  for (const [name, value] of Object.entries(entries ?? {})) put(rules.get(name) ?? "overwrite", name, value);
  for (const name of clears) {
    if (entries && name in entries) continue;
    const rule = rules.get(name) ?? "overwrite";
    if (rule === "overwrite" || rule === "append") put("overwrite", name, null);
  }
  return parts;
}
