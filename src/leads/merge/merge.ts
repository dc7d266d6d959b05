import { and, isNull, sql } from "drizzle-orm";
import type * as z from "zod";
import type { CompanyActor } from "../../auth/actor.ts";
import { leads } from "../../db/leads/schema.ts";
import { ownedBy, ownedValues, type Tenant } from "../../db/leads/tenant.ts";
import { AppError, fieldError, notFound } from "../../errors.ts";
import type { Creation } from "../../http/idempotency/creation.ts";
import { type LeadRow, leadColumns } from "../queries.ts";
import { MAX_TAGS } from "../tags.ts";
import type { MergeLeadsBody } from "./merge-schemas.ts";
import { CHANGED_SINCE, mergeStatements } from "./merge-statements.ts";
import { mergeValues } from "./merge-values.ts";

/** How many concurrent changes are tolerated before a merge gives up. */
const MAX_TRIES = 20;
/** In UTF-16 units, of which D1 takes a row of some 2 MB. */
const MAX_TEXT = 500_000;

/**
 * Merges leads of a company into one, in one transaction: what that one lacks is filled in, tags are united, notes,
 * history and matches of imports move to it, and the others are deleted, with `duplicate_of` naming it.
 *
 * It is made from the leads as they were read, and goes in only on top of these: where somebody else came first,
 * it is repeated on what they left.
 *
 * @param now milliseconds since 1970.
 * @param first the leads as they were read first.
 * @param creation records the merge for repetitions of the request.
 * @throws 404 that points to a lead which is not of the company or is deleted, 422 for a lead named twice, for a
 * field that is to come from another lead, and where the leads together are too much for one.
 */
export async function mergeLeads(
  tenant: Tenant,
  actor: CompanyActor,
  target: LeadRow,
  { lead_ids: ids, fields = {} }: z.output<typeof MergeLeadsBody>,
  first: LeadRow[],
  now: number,
  creation: Creation,
): Promise<LeadRow> {
  refuseMisnamed(target.id, ids, fields);
  const wanted = [target.id, ...ids];
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const rows = tries === 0 ? first : await readMerged(tenant, wanted);
    const [kept, ...others] = requireLeads(target.companyId, wanted, rows);
    if (!kept) throw notFound();
    refuseTooMuch([kept, ...others]);
    const values = mergeValues([kept, ...others], fields);
    if (JSON.stringify(values).length > MAX_TEXT) {
      const detail = "the texts of these leads together are too long for one";
      throw fieldError("invalid_body", "lead_ids", "too_long", detail);
    }
    try {
      const results = await tenant.db.batch(
        mergeStatements(tenant.db, { kept, others, values, actor, now }, creation),
      );
      const [merged] = results.at(-1) as LeadRow[];
      if (merged) return merged;
      throw new Error("the merged lead is gone");
    } catch (error) {
      if (!(error instanceof Error && CHANGED_SINCE.test(error.message))) throw error;
    }
  }
  throw new AppError("precondition_failed", "Others keep changing these leads: try again in a moment.");
}

function refuseMisnamed(id: number, ids: number[], fields: Partial<Record<string, number>>): void {
  const itself = ids.indexOf(id);
  if (itself >= 0) {
    const detail = "is the lead that the others go into";
    throw fieldError("invalid_body", ["lead_ids", itself], "same_lead", detail);
  }
  for (const [field, wanted] of Object.entries(fields)) {
    if (wanted !== undefined && wanted !== id && !ids.includes(wanted)) {
      const detail = "must be the lead that stays, or one of lead_ids";
      throw fieldError("invalid_body", ["fields", field], "other_lead", detail);
    }
  }
}

/** Leads that are not deleted, by their ids. */
export function readMerged(tenant: Tenant, ids: number[]): Promise<LeadRow[]> {
  return tenant.db
    .select(leadColumns)
    .from(leads)
    .where(
      and(
        sql`${leads.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
        ownedBy(tenant, leads.companyId),
        isNull(leads.deletedAt),
      ),
    )
    .prepare()
    .all(ownedValues(tenant));
}

/** The leads in the order in which they are named, the one that stays first. @throws 404 where one is not there. */
function requireLeads(companyId: number, ids: number[], rows: LeadRow[]): LeadRow[] {
  return ids.map((wanted, index) => {
    const row = rows.find((one) => one.id === wanted && one.companyId === companyId);
    if (!row) throw index === 0 ? notFound() : notFound(["lead_ids", index - 1]);
    return row;
  });
}

function refuseTooMuch(rows: LeadRow[]): void {
  const tags = new Set(rows.flatMap((row) => JSON.parse(row.tags) as string[]));
  if (tags.size > MAX_TAGS) {
    const detail = `these leads have ${tags.size} tags together; one has at most ${MAX_TAGS}`;
    throw fieldError("invalid_body", "lead_ids", "too_many_tags", detail);
  }
}
