import { type SQL, sql } from "drizzle-orm";
import type { CompanyActor } from "../../auth/actor.ts";
import { leads } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { fieldError } from "../../errors.ts";
import { isFieldLimitError, tooManyFields } from "../custom-fields/register.ts";
import type { LeadIdentity } from "../duplicates/identity.ts";
import { canonicalLeadOf } from "../duplicates/same-person.ts";
import { visibleAssignee } from "../scope.ts";

/**
 * The company of a lead that is written, or, where another lead is that person already, `NULL`, which no lead may
 * have: the batch fails, and {@link throwIfLeadExists} says why.
 *
 * @param person the identity that the lead is about to have.
 * @param except the lead itself, where it is there already.
 * @param isExempt what else may be: a copy of that lead.
 */
export function companyUnlessLeadExists(
  person: LeadIdentity,
  except: number | null,
  isExempt: SQL = sql`0`,
): SQL {
  return sql`iif(${isExempt} OR ${canonicalLeadOf(person, except)} IS NULL, ${person.companyId}, NULL)`;
}

const EXISTS =
  /NOT NULL constraint failed: leads\.company_id|UNIQUE constraint failed: leads\.company_id, leads\.external_id/;

/**
 * Lets a batch on leads happen, or says that the person is there already: of two at once that bring the same
 * person, the database takes one.
 *
 * @param id the lead that is written, where it is there already.
 * @throws 409 `lead_exists`, with the id of the lead that is this person where the caller sees it; 422 where the
 * company would have too many custom fields.
 */
export async function throwIfLeadExists<Result>(
  tenant: Tenant,
  actor: CompanyActor,
  { person, id }: { person: LeadIdentity; id: number | null },
  batch: () => Promise<Result>,
): Promise<Result> {
  try {
    return await batch();
  } catch (error) {
    if (isFieldLimitError(error)) throw tooManyFields();
    if (!(error instanceof Error && EXISTS.test(error.message))) throw error;
  }
  const holder = await tenant.db
    .select({
      id: leads.id,
      assignedTo: leads.assignedTo,
      email: leads.email,
      phone: leads.phone,
    })
    .from(leads)
    .where(sql`${leads.id} = ${canonicalLeadOf(person, id)}`)
    .get();
  const assignee = visibleAssignee(actor, person.companyId);
  const seen = holder !== undefined && (assignee === null || holder.assignedTo === assignee);
  const detail = seen
    ? `is that of lead ${holder.id}`
    : "is that of a lead that another user works: ask a manager";
  const members = seen ? { lead_id: holder.id } : {};
  throw fieldError("lead_exists", sharedKey(person, holder), "lead_exists", detail, members);
}

/** The field by which two leads are one person. */
function sharedKey(
  { email, phone }: LeadIdentity,
  holder: { email: string | null; phone: string | null } | undefined,
): "email" | "phone" | "external_id" {
  if (email !== null && (!holder || holder.email === email)) return "email";
  if (phone !== null && (!holder || (holder.phone === phone && (email === null || holder.email === null)))) {
    return "phone";
  }
  return "external_id";
}
