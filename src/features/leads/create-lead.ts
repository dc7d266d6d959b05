import { sql } from "drizzle-orm";
import { leadCounts, leads } from "../../db/leads/schema.ts";
import { holderOf, refuseTakenKey } from "./lead-exists.ts";
import { type LeadRow, selectLead } from "./queries.ts";
import { readLead, type Writing } from "./read-lead.ts";
import { addTags } from "./tags.ts";
import type { LeadInput } from "./write-schemas.ts";

/**
 * Creates a lead of a company.
 *
 * @param now milliseconds since 1970.
 * @throws 403 where an agent assigns it to somebody else, 409 where the person is there already, 422 that points to
 * the field which is wrong.
 */
export async function createLead(writing: Writing, given: LeadInput, now: number): Promise<LeadRow> {
  const { tenant, actor, companyId } = writing;
  const { db } = tenant;
  const columns = await readLead(writing, given, null);
  const created = holderOf(companyId, columns.dedupeKey);
  const [, , , [row]] = await refuseTakenKey(tenant, actor, { companyId, ...columns }, () =>
    db.batch([
      db.insert(leads).values({ ...columns, companyId, createdAt: now, updatedAt: now }),
      db
        .insert(leadCounts)
        .values({ companyId, leads: 1 })
        .onConflictDoUpdate({ target: leadCounts.companyId, set: { leads: sql`${leadCounts.leads} + 1` } }),
      addTags(db, created, JSON.stringify(given.tags ?? [])),
      selectLead(db, companyId, created),
    ]),
  );
  if (!row) throw new Error("the lead is gone");
  return row;
}
