import { eq, sql } from "drizzle-orm";
import { mayGrant } from "../../auth/actor.ts";
import { requireConfirmedEmail } from "../../auth/require-confirmed-email.ts";
import { refuseUnless } from "../../db/directory/commit.ts";
import { userAccesses } from "../../db/directory/schema.ts";
import { type AppError, fieldError, refusal } from "../../errors.ts";
import type { Creation } from "../../http/idempotency/creation.ts";
import type { InvitationRow } from "../../invitations/queries.ts";
import { inList, mayChoosePrimary } from "../conditions.ts";
import { accessesIn, type UserAccessRow } from "../queries.ts";
import type { RequestedAccess } from "../schemas.ts";
import { insertAccesses, primaryStatements } from "../statements.ts";
import { commitWithOffers, offersOf, partByConsent, refuseWithoutConsent } from "./consent.ts";
import type { Granting } from "./granting.ts";
import { requireCompanies } from "./requested-accesses.ts";

/**
 * Gives a user accesses in companies where they have none: all of them, or none. Whom the actor does not manage in
 * the tree of a company is invited into it instead.
 *
 * @returns the new ones in the order of the list, and after them the invitations.
 * @throws 404 for a company that the actor does not see, 403 for an access that they may not grant and for a
 * `primary` that is not theirs to set, and for an actor whose own address is not confirmed, 409 where the user has an
 * access already; each names its field. As for an invitation where one is needed.
 */
export async function grantAccesses(
  granting: Granting,
  wanted: RequestedAccess[],
  creation: Creation,
): Promise<(UserAccessRow | InvitationRow)[]> {
  const { db, actor, origin, target } = granting;
  const companyIds = wanted.map((one) => one.company_id);
  // What is asked side by side is decided by in its order.
  const reading = Promise.all([accessesIn(db, target.id, companyIds), partByConsent(granting, wanted)]);
  reading.catch(() => {});
  await requireCompanies(db, actor, wanted);
  const above = wanted.findIndex((one) => !mayGrant(actor, heldAs(one)));
  if (above >= 0) throw refusal("forbidden", ABOVE_ONESELF, ["user_accesses", above, "access_id"]);
  requireConfirmedEmail(actor);

  const change = { db, origin, userId: target.id };
  const primary = wanted.findIndex((one) => one.primary);
  const isHeld = sql`SELECT 1 FROM ${userAccesses}
    WHERE ${eq(userAccesses.userId, target.id)} AND ${inList(userAccesses.companyId, companyIds)}`;
  const [held, { granted, offered }] = await reading;
  return commitWithOffers(
    granting,
    [
      refuseUnless(db, sql`NOT EXISTS (${isHeld})`, "access_exists"),
      refuseUnless(db, primary < 0 ? sql`1` : mayChoosePrimary(actor, target.id), "forbidden"),
      refuseWithoutConsent(granting, granted),
      ...insertAccesses(change, granted),
      ...primaryStatements(change, granted),
      ...creation.record(db, target.id),
      accessesIn(db, target.id, companyIds),
    ],
    await offersOf(granting, offered, false),
    {
      access_exists: () => accessExists(held, companyIds),
      forbidden: () => refusal("forbidden", NOT_YOURS_TO_PREFER, ["user_accesses", primary, "primary"]),
    },
  );
}

export const ABOVE_ONESELF =
  "needs an owner of the company; a manager grants, changes and removes accesses below manager.";
export const NOT_YOURS_TO_PREFER = "is for the user to choose, since they have an access already.";

function heldAs({ company_id: companyId, access_id: accessId }: RequestedAccess) {
  return { companyId, accessId };
}

/** Names the access that was there when the request came; none, where it came in the meantime. */
function accessExists(held: UserAccessRow[], companyIds: number[]): AppError {
  const taken = held.map(({ companyId }) => companyId);
  const index = companyIds.findIndex((id) => taken.includes(id));
  const field = index < 0 ? "user_accesses" : ["user_accesses", index];
  return fieldError("access_exists", field, "access_exists", "change it with PUT instead");
}
