import type { LeadRecord } from "../../../leads/lead-record.ts";

/**
 * What holds the custom fields of a lead: without `Object.prototype`, `__proto__` and `constructor` are names like any
 * others. (`Object.create(null)` would give a hash table, which takes several times as long to write as JSON.)
 */
class CustomFields {
  [name: string]: string;
}
Object.setPrototypeOf(CustomFields.prototype, null);
Reflect.deleteProperty(CustomFields.prototype, "constructor");

/** Adds a custom field, under the name with a number after it where the name is taken. */
export function keep(lead: LeadRecord, name: string, text: string): void {
  lead.customFields ??= new CustomFields();
  let free = name;
  for (let number = 2; free in lead.customFields; number++) free = `${name} (${number})`;
  lead.customFields[free] = text;
  lead.fieldNames?.add(free);
}
