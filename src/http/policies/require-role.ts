import { atLeast, type CompanyActor, type Role } from "../../auth/actor.ts";
import { notFound, refusal } from "../../errors.ts";

/** @throws 404 where the caller cannot see the company. @param field of the body that named it, if one did. */
export async function requireSight(actor: CompanyActor, companyId: number, field?: string): Promise<void> {
  await actor.grants.lookUp([companyId]);
  if (!actor.operator && !actor.grants.has(companyId)) throw notFound(field);
}

/**
 * @param field the field of the body that named the company, if one did.
 * @throws 404 where the caller cannot see the company, 403 where they can but may not do this.
 */
export async function requireRole(
  actor: CompanyActor,
  companyId: number,
  role: Role,
  field?: string,
): Promise<void> {
  await requireSight(actor, companyId, field);
  const grant = actor.grants.get(companyId);
  if (grant && actor.kind === "user") rememberCompany(actor.userId, companyId);
  if (!actor.operator && !(grant && atLeast(grant.accessId, role))) {
    const detail = `This needs the access "${role}" in company ${companyId}, or a higher one: ask an owner of the company.`;
    throw refusal("forbidden", detail, field);
  }
}

/**
 * The company that each user was last at, in this isolate. Nothing is decided by it: it lets the query that finds
 * out who somebody is look up their grant there too, which saves a round trip where it is the same company again.
 */
const lastCompanies = new Map<number, number>();
const USERS = 10_000;

/** The company that a user was last at, if this isolate knows. */
export function lastCompanyOf(userId: number | null): number | undefined {
  return userId === null ? undefined : lastCompanies.get(userId);
}

function rememberCompany(userId: number, companyId: number): void {
  if (lastCompanies.get(userId) === companyId) return;
  if (lastCompanies.size >= USERS) lastCompanies.clear();
  lastCompanies.set(userId, companyId);
}
