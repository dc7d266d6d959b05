import { and, eq, sql } from "drizzle-orm";
import type { LeadsDb } from "../../db/clients.ts";
import { customFieldCounts, customFields } from "../../db/leads/schema.ts";
import type { LeadRow } from "../queries.ts";

/** The custom fields of leads. */
export function fieldNames(rows: LeadRow[]): string[] {
  return [...new Set(rows.flatMap(({ customFields: fields }) => Object.keys(fields ?? {})))];
}

/**
 * Statements that take the custom fields of leads that are erased off the register of their company, where the last
 * count did not find them in others: a name can tell of a person, too. The company is counted again at once, and
 * whatever other leads have is registered again by that; until then the register is known to be incomplete.
 *
 * @param now milliseconds since 1970.
 */
export function eraseFieldNames(db: LeadsDb, rows: LeadRow[], companyId: number, now: number) {
  const erased = sql`changes() > 0`;
  return [
    db
      .delete(customFields)
      .where(
        and(
          eq(customFields.companyId, companyId),
          sql`${customFields.name} IN (SELECT value FROM json_each(${JSON.stringify(fieldNames(rows))}))`,
          sql`coalesce(${customFields.leads}, 0) <= ${rows.length}`,
        ),
      ),
    db
      .update(customFieldCounts)
      .set({ dueAt: now, startedAt: null, afterCreatedAt: null, afterId: null, complete: false })
      .where(and(eq(customFieldCounts.companyId, companyId), erased)),
    db
      .update(customFields)
      .set({ counting: 0, countingKind: null })
      .where(and(eq(customFields.companyId, companyId), erased)),
  ] as const;
}
