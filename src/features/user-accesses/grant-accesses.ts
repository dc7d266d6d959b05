import { eq, sql } from "drizzle-orm";
import { type Actor, mayGrant } from "../../auth/actor.ts";
import type { DirectoryDb } from "../../db/clients.ts";
import { commit, refuseUnless } from "../../db/directory/commit.ts";
import { userAccesses } from "../../db/directory/schema.ts";
import type { TargetUser } from "../../http/access.ts";
import { type AppError, fieldError, refusal } from "../../http/errors.ts";
import type { Origin } from "../audit/record.ts";
import { inList, mayMovePrimary } from "./conditions.ts";
import { accessesIn, type UserAccessRow } from "./queries.ts";
import type { WantedAccess } from "./schemas.ts";
import { giveStatements, primaryStatements } from "./statements.ts";
import { requireCompanies } from "./wanted.ts";

/** Who changes whose accesses. */
export interface Granting {
  db: DirectoryDb;
  actor: Actor;
  origin: Origin;
  target: TargetUser;
}

/**
 * Gives a user accesses in companies where they have none: all of them, or none.
 *
 * @returns the new ones, in the order of the list.
 * @throws 404 for a company that the actor does not see, 403 for an access that they may not grant and for a
 * `primary` that is not theirs to set, 409 where the user has an access already; each names its field.
 */
export async function grantAccesses(
  { db, actor, origin, target }: Granting,
  wanted: WantedAccess[],
): Promise<UserAccessRow[]> {
  await requireCompanies(db, actor, wanted);
  const above = wanted.findIndex((one) => !mayGrant(actor, heldAs(one)));
  if (above >= 0) throw refusal("forbidden", ABOVE_ONESELF, ["user_accesses", above, "access_id"]);

  const change = { db, origin, userId: target.id };
  const companyIds = wanted.map((one) => one.company_id);
  const primary = wanted.findIndex((one) => one.primary);
  const held = sql`SELECT 1 FROM ${userAccesses}
    WHERE ${eq(userAccesses.userId, target.id)} AND ${inList(userAccesses.companyId, companyIds)}`;
  const results = await commit(
    db,
    [
      refuseUnless(db, sql`NOT EXISTS (${held})`, "access_exists"),
      refuseUnless(db, primary < 0 ? sql`1` : mayMovePrimary(actor, target.id), "forbidden"),
      ...giveStatements(change, wanted),
      ...primaryStatements(change, wanted),
      accessesIn(db, target.id, companyIds),
    ],
    {
      access_exists: () => accessExists(target, companyIds),
      forbidden: () => refusal("forbidden", NOT_YOURS_TO_PREFER, ["user_accesses", primary, "primary"]),
    },
  );
  return results.at(-1) as UserAccessRow[];
}

export const ABOVE_ONESELF =
  "takes an owner of the company; a manager gives, changes and takes away accesses below manager.";
export const NOT_YOURS_TO_PREFER =
  "is for the user to choose, who has accesses in companies that are none of yours.";

function heldAs({ company_id: companyId, access_id: accessId }: WantedAccess) {
  return { companyId, accessId };
}

/** Names the access that was there when the request came; none, where it came in the meantime. */
function accessExists(target: TargetUser, companyIds: number[]): AppError {
  const held = new Set(target.accesses.map(({ companyId }) => companyId));
  const index = companyIds.findIndex((id) => held.has(id));
  const field = index < 0 ? "user_accesses" : ["user_accesses", index];
  return fieldError("access_exists", field, "access_exists", "change it with PUT instead");
}
