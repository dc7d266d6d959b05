import type { LeadRecord } from "../../leads/lead-record.ts";

/** Adds a custom field, under the name with a number after it where the name is taken. */
export function keep(lead: LeadRecord, name: string, text: string): void {
  // Without a prototype, `__proto__` is a name like any other.
  lead.customFields ??= Object.create(null) as Record<string, string>;
  let free = name;
  for (let number = 2; free in lead.customFields; number++) free = `${name} (${number})`;
  lead.customFields[free] = text;
  lead.fieldNames?.add(free);
}
