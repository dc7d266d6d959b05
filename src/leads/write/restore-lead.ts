import { and, eq, gt, not, sql } from "drizzle-orm";
import { leads } from "../../db/leads/schema.ts";
import { notFound } from "../../errors.ts";
import { recordEvent } from "../../events/record-event.ts";
import { leadLimitOf } from "../../memberships/lead-limit.ts";
import { registerFieldsAgain } from "../custom-fields/register.ts";
import { canonicalLead } from "../duplicates/same-person.ts";
import { type LeadRow, selectLead } from "../queries.ts";
import { companyUnlessLeadExists, throwIfLeadExists } from "./lead-exists.ts";
import { isQuotaReached, leadQuotaExceeded } from "./lead-quota.ts";
import type { Writing } from "./read-lead.ts";

/** How long a deleted lead can be restored, in milliseconds. */
export const RESTORABLE_FOR = 30 * 24 * 60 * 60 * 1000;

/**
 * Restores a deleted lead as it was, with its custom fields, notes, tags and history. One that was a copy becomes a
 * copy of the lead that has its e-mail or phone by now. A lead that is not deleted stays as it is.
 *
 * @param now milliseconds since 1970.
 * @throws 402 where the membership allows no more leads, 404 where its 30 days are over, 409 where another lead has its e-mail or phone by now.
 */
export async function restoreLead(
  { directory, tenant, actor, companyId }: Writing,
  row: LeadRow,
  now: number,
): Promise<LeadRow> {
  if (row.deletedAt === null) return row;
  const { db } = tenant;
  const limit = await leadLimitOf(directory, companyId);
  const person = { ...row, companyId };
  const isCopy = sql`${leads.duplicateOf} IS NOT NULL`;
  const [, , [restored]] = await throwIfLeadExists(tenant, actor, { person, id: row.id }, () =>
    db.batch([
      db
        .update(leads)
        .set({
          deletedAt: null,
          companyId: companyUnlessLeadExists(person, row.id, isCopy),
          duplicateOf: sql`iif(${leads.duplicateOf} IS NULL, NULL, ${canonicalLead})`,
          version: sql`${leads.version} + 1`,
          updatedAt: sql`max(${now}, ${leads.updatedAt} + 1)`,
        })
        .where(
          and(
            eq(leads.id, row.id),
            eq(leads.companyId, companyId),
            gt(leads.deletedAt, now - RESTORABLE_FOR),
            not(isQuotaReached(limit)),
          ),
        ),
      recordEvent(db, actor, { type: "lead.restored", companyId, objectId: row.id }, now),
      selectLead(db, companyId, eq(leads.id, row.id)),
      registerFieldsAgain(db, companyId, Object.keys(row.customFields ?? {}), now),
    ]),
  );
  if (restored?.deletedAt === null) return restored;
  throw limit && row.deletedAt > now - RESTORABLE_FOR ? leadQuotaExceeded(limit) : notFound();
}
