import { type SQL, sql } from "drizzle-orm";
import { auditEach, type Origin } from "../audit/record.ts";
import { type HeldAccess, mayGrant, OWNER, type UserActor } from "../auth/actor.ts";
import { companyNames } from "../companies/queries.ts";
import type { DirectoryDb } from "../db/clients.ts";
import type { Statement } from "../db/directory/commit.ts";
import { userAccesses } from "../db/directory/schema.ts";
import { fieldError, notFound, refusal } from "../errors.ts";

/** An access as the body of a request names it. */
interface NamedAccess {
  company_id: number;
  access_id: number;
}

/**
 * The accesses that a caller gives a new user: those that are named, without what an invitation gives anyway.
 *
 * @param actor `null` for a caller who is not signed in, and can grant none.
 * @param invited the access that the user is invited to, if to any.
 * @throws 403 where one is not the caller's to give, 404 for a company that they cannot see, 422 for that of an owner,
 * which nobody but operators gives without the person's consent, and where one is for the invitation's company and is
 * another than it offers.
 */
export async function resolveInitialAccesses(
  db: DirectoryDb,
  actor: UserActor | null,
  named: NamedAccess[],
  invited: HeldAccess | null,
): Promise<HeldAccess[]> {
  const accesses: HeldAccess[] = [];
  const ids = named.map((one) => one.company_id);
  if (actor && !actor.operator) await actor.grants.lookUp(ids);
  const seen = actor?.operator ? await companyNames(db, ids) : actor?.grants;
  for (const [index, { company_id: companyId, access_id: accessId }] of named.entries()) {
    if (invited?.companyId === companyId && invited.accessId === accessId) continue;
    const at = ["user_accesses_attributes", index];
    if (!actor || !seen) {
      throw refusal(
        "forbidden",
        "An access needs an invitation, or a signed-in caller who may grant it.",
        at,
      );
    }
    if (!seen.has(companyId)) throw notFound([...at, "company_id"]);
    if (!mayGrant(actor, { companyId, accessId })) {
      const detail = "You can grant no access above your own: a manager grants agent and viewer.";
      throw refusal("forbidden", detail, [...at, "access_id"]);
    }
    if (accessId === OWNER && !actor.operator) {
      const detail = "is answered for by its person alone: invite them as owner with POST /invitations";
      throw fieldError("invalid_body", [...at, "access_id"], "needs_consent", detail);
    }
    if (invited?.companyId === companyId) {
      const detail = "is another than the invitation offers in this company: leave one of the two out";
      throw fieldError("invalid_body", [...at, "access_id"], "conflict", detail);
    }
    accesses.push({ companyId, accessId });
  }
  return accesses;
}

/**
 * Statements that give accesses to a user who has none in these companies, in the order of the list.
 *
 * @param user an expression for their id.
 */
export function insertInitialAccesses(
  db: DirectoryDb,
  origin: Origin,
  user: SQL,
  accesses: HeldAccess[],
): Statement[] {
  if (accesses.length === 0) return [];
  const rows = sql`json_each(${JSON.stringify(accesses.map(({ companyId, accessId }) => [companyId, accessId]))})`;
  return [
    db
      .insert(userAccesses)
      .select(
        sql`SELECT NULL, ${user}, value->>0, value->>1, 0, ${origin.now}, NULL FROM ${rows} ORDER BY key`,
      )
      // An account that was there may have one: that stays.
      .onConflictDoNothing(),
    auditEach(
      db,
      origin,
      {
        action: "user_access.granted",
        companyId: sql`company_id`,
        objectId: sql`id`,
        details: sql`json_object('user_id', user_id, 'access_id', access_id)`,
      },
      sql`FROM ${userAccesses} WHERE user_id = ${user} AND company_id IN (SELECT value->>0 FROM ${rows})`,
    ),
  ];
}
