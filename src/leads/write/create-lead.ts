import { and, eq, sql } from "drizzle-orm";
import { campaignCounts, leadCounts, leads } from "../../db/leads/schema.ts";
import { recordEvent } from "../../events/record-event.ts";
import type { Creation } from "../../http/idempotency/creation.ts";
import type { LeadLimit } from "../../memberships/lead-limit.ts";
import { markAnswers } from "../../questions/mark-answers.ts";
import { registerFields } from "../custom-fields/register.ts";
import { insertedLead } from "../duplicates/same-person.ts";
import { searchStatements } from "../list/search/reindex-lead.ts";
import { type LeadRow, selectLead } from "../queries.ts";
import { addTags } from "../tags.ts";
import { companyUnlessLeadExists, throwIfLeadExists } from "./lead-exists.ts";
import { isQuotaExceeded, leadQuotaExceeded } from "./lead-quota.ts";
import { readLead, type Writing } from "./read-lead.ts";
import type { LeadInput } from "./write-schemas.ts";

/**
 * Creates a lead of a company.
 *
 * @param limit of the company's membership; `null` for none.
 * @param now milliseconds since 1970.
 * @throws 402 where the membership allows no more leads, 403 where an agent assigns it to another user, 409 where the person is there already, 422 that points to
 * the field which is wrong.
 */
export async function createLead(
  writing: Writing,
  input: LeadInput,
  limit: LeadLimit | null,
  now: number,
  creation: Creation,
): Promise<LeadRow> {
  const { tenant, actor, companyId } = writing;
  const { db } = tenant;
  const columns = await readLead(writing, input, null);
  const created = and(insertedLead, eq(leads.companyId, companyId));
  const id = sql`(SELECT ${leads.id} FROM ${leads} WHERE ${created})`;
  const { campaignId } = columns;
  const person = { companyId, ...columns };
  const owner = companyUnlessLeadExists(person, null);
  const names = Object.keys(columns.customFields ?? {});
  const [, , , , , , [row]] = await throwIfLeadExists(tenant, actor, { person, id: null }, () =>
    db.batch([
      db.insert(leads).values({ ...columns, companyId: owner, createdAt: now, updatedAt: now }),
      db
        .insert(leadCounts)
        .values({ companyId, leads: 1 })
        .onConflictDoUpdate({ target: leadCounts.companyId, set: { leads: sql`${leadCounts.leads} + 1` } }),
      db
        .insert(campaignCounts)
        .select(sql`SELECT ${campaignId}, 1 WHERE ${campaignId} IS NOT NULL`)
        .onConflictDoUpdate({
          target: campaignCounts.campaignId,
          set: { leads: sql`${campaignCounts.leads} + 1` },
        }),
      db.delete(leads).where(and(created, isQuotaExceeded(limit))),
      recordEvent(
        db,
        actor,
        { type: "lead.created", companyId, objectId: sql`${leads.id}` },
        now,
        sql`FROM ${leads} WHERE ${created}`,
      ),
      addTags(db, created, JSON.stringify(input.tags ?? [])),
      selectLead(db, companyId, created),
      ...markAnswers(db, companyId, [columns.answers]),
      ...(names.length > 0 ? [registerFields(db, companyId, names, now)] : []),
      ...searchStatements(tenant, id),
      ...creation.record(db, id),
    ]),
  );
  if (!row) throw limit ? leadQuotaExceeded(limit) : new Error("the lead is gone");
  return row;
}
