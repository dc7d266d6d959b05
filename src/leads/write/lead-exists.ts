import { and, eq, isNull, type SQL } from "drizzle-orm";
import type { Actor } from "../../auth/actor.ts";
import { leads } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { fieldError } from "../../http/errors.ts";
import { visibleAssignee } from "../scope.ts";

/** The one lead that has a key in its company: neither a copy of another nor deleted. */
export function canonicalLeadOf(companyId: number, dedupeKey: string): SQL | undefined {
  return and(
    eq(leads.companyId, companyId),
    eq(leads.dedupeKey, dedupeKey),
    isNull(leads.duplicateOf),
    isNull(leads.deletedAt),
  );
}

/**
 * Lets a batch on leads happen, or says that the person is there already: of two at once that bring the same
 * person, the database takes one.
 *
 * @throws 409 `lead_exists`, with the id of the lead that has the key where the caller sees it.
 */
export async function throwIfLeadExists<Result>(
  tenant: Tenant,
  actor: Actor,
  { companyId, email, dedupeKey }: { companyId: number; email: string | null; dedupeKey: string },
  batch: () => Promise<Result>,
): Promise<Result> {
  try {
    return await batch();
  } catch (error) {
    const taken = /UNIQUE constraint failed: leads\.company_id, leads\.dedupe_key/;
    if (!(error instanceof Error && taken.test(error.message))) throw error;
  }
  const holder = await tenant.db
    .select({ id: leads.id, assignedTo: leads.assignedTo })
    .from(leads)
    .where(canonicalLeadOf(companyId, dedupeKey))
    .get();
  const assignee = visibleAssignee(actor, companyId);
  const seen = holder !== undefined && (assignee === null || holder.assignedTo === assignee);
  const detail = seen ? `is that of lead ${holder.id}` : "is that of a lead that somebody else works";
  throw fieldError("lead_exists", email === null ? "phone" : "email", "lead_exists", detail);
}
