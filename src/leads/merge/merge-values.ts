import { FIELD_LIST, TEXT_FIELDS } from "../fields.ts";
import type { LeadRow } from "../queries.ts";

/** The fields of a lead that a merge decides, under the names of the API. */
export const MERGED_FIELDS = [
  ...FIELD_LIST.filter((field) => field.mergeable).map(({ key }) => key),
  "campaign_id",
  "assigned_to",
  "answers",
  "custom_fields",
] as const;

const MERGED_TEXTS = TEXT_FIELDS.filter((field) => field.mergeable);

export type MergedField = (typeof MERGED_FIELDS)[number];

/** What a lead becomes of several. */
export type MergedValues = ReturnType<typeof mergeValues>;

/**
 * What a lead becomes of several: each field has the value of the first lead that has one.
 *
 * @param rows the lead that stays, then the others in their order.
 * @param fields whose value comes before those of all others, by field.
 */
export function mergeValues(rows: LeadRow[], fields: Partial<Record<MergedField, number>>) {
  const inOrder = (field: MergedField) => {
    const chosen = rows.filter(({ id }) => id === fields[field]);
    return [...chosen, ...rows.filter((row) => !chosen.includes(row))];
  };
  const first = <Key extends keyof LeadRow>(field: MergedField, key: Key) =>
    (inOrder(field).find((row) => row[key] !== null)?.[key] ?? null) as LeadRow[Key] | null;

  // A phone comes with what was written of it; words without a number only where nobody has a number.
  const reached = inOrder("phone");
  const phone = reached.find((row) => row.phone !== null) ?? reached.find((row) => row.phoneRaw !== null);
  return {
    ...(Object.fromEntries(MERGED_TEXTS.map(({ key, column }) => [column, first(key, column)])) as Pick<
      LeadRow,
      (typeof MERGED_TEXTS)[number]["column"]
    >),
    email: first("email", "email"),
    phone: phone?.phone ?? null,
    phoneRaw: phone?.phoneRaw ?? null,
    stageId: inOrder("stage")[0]?.stageId ?? 0,
    campaignId: first("campaign_id", "campaignId"),
    assignedTo: first("assigned_to", "assignedTo"),
    answers: united(inOrder("answers").map(({ answers }) => answers)),
    customFields: united(inOrder("custom_fields").map(({ customFields }) => customFields)),
  };
}

/** Each key with the value of the first that has it. `null` where none has any. */
function united<Value>(all: (Record<string, Value> | null)[]): Record<string, Value> | null {
  // Entries, because `__proto__` is a name like any other in a file.
  const entries = new Map(all.toReversed().flatMap((one) => Object.entries(one ?? {})));
  return entries.size === 0 ? null : Object.fromEntries(entries);
}
