import { eq, type SQL, sql } from "drizzle-orm";
import type { AccessRoot } from "../auth/access-roots.ts";
import { refuseUnless } from "../db/directory/commit.ts";
import { userAccesses } from "../db/directory/schema.ts";
import { AppError, notFound, refusal } from "../errors.ts";
import { revokeInvitationsOf } from "../invitations/invite/revoke-invitations.ts";
import type { InvitationRow } from "../invitations/queries.ts";
import { grantableBy, inList, mayChoosePrimary } from "./conditions.ts";
import {
  commitWithOffers,
  offersOf,
  partByConsent,
  refuseWithoutConsent,
  requireConfirmedGrantor,
} from "./grant/consent.ts";
import { ABOVE_ONESELF, NOT_YOURS_TO_PREFER } from "./grant/grant-accesses.ts";
import type { Granting } from "./grant/granting.ts";
import { asTable, requireCompanies } from "./grant/requested-accesses.ts";
import { accessesIn, type UserAccessRow } from "./queries.ts";
import type { RequestedAccess } from "./schemas.ts";
import {
  insertAccesses,
  leaveStatement,
  primaryStatements,
  removeStatements,
  updateAccesses,
} from "./statements.ts";

/**
 * Makes what a user has, of all that the actor may grant, exactly what is wanted. It is decided by what is there
 * in the transaction: of two replacements at once, the set of the later one stands, whole. Whom the actor does not
 * manage in the tree of a company is invited into it instead.
 *
 * @returns the accesses in the companies that are wanted, and the invitations into them.
 * @throws 404 for a company that the actor does not see and for an `id` that is not the user's access there, 403
 * for what they may not grant and for a `primary` that is not theirs to set, each naming its field, and where they
 * would give another access than the user has while their own address is not confirmed; 409 where a company would be
 * left without an owner. As for an invitation where one is needed.
 */
export async function replaceAccesses(
  granting: Granting,
  wanted: RequestedAccess[],
): Promise<(UserAccessRow | InvitationRow)[]> {
  const { db, actor, origin, target } = granting;
  const { roots } = actor;
  // What is asked side by side is decided by in its order.
  const parting = partByConsent(granting, wanted);
  parting.catch(() => {});
  await requireCompanies(db, actor, wanted);
  await requireConfirmedGrantor(granting, wanted);
  const change = { db, origin, userId: target.id };
  const companyIds = wanted.map((one) => one.company_id);
  const unnamed = sql`${grantableBy(actor, userAccesses, roots)} AND NOT ${inList(userAccesses.companyId, companyIds)}`;
  const { granted, offered } = await parting;
  try {
    return await commitWithOffers(
      granting,
      [
        refuseUnless(db, sql`NOT EXISTS (${faultsOf(granting, roots, wanted)})`, "forbidden"),
        refuseWithoutConsent(granting, granted),
        ...updateAccesses(change, granted),
        ...insertAccesses(change, granted),
        ...(target.self ? [leaveStatement(change, unnamed)] : []),
        ...removeStatements(change, unnamed),
        ...primaryStatements(change, granted),
        ...revokeInvitationsOf(db, origin, target.id),
        accessesIn(db, target.id, companyIds),
      ],
      await offersOf(granting, offered, true),
    );
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "forbidden") throw error;
    const [fault] = await db.all<Fault>(faultsOf(granting, roots, wanted));
    throw fault ? refusalOf(fault) : error;
  }
}

/** What is wrong with an access that is wanted, by its place in the list. */
interface Fault {
  position: number;
  field: "id" | "access_id" | "primary";
}

/** A query for all that may not be done of what is wanted, in its order. What is there already may be named. */
function faultsOf({ actor, target }: Granting, roots: AccessRoot[], wanted: RequestedAccess[]): SQL {
  const { id, userId, companyId, accessId, primary } = userAccesses;
  const allowed = sql`(
    ${grantableBy(actor, { companyId: sql`w.company_id`, accessId: sql`w.access_id` }, roots)}
    AND (${id} IS NULL OR ${grantableBy(actor, userAccesses, roots)}))`;
  const mayPrefer = mayChoosePrimary(actor, target.id);
  return sql`SELECT position, field FROM (
    SELECT w.position, CASE
      WHEN w.id IS NOT NULL AND w.id IS NOT ${id} THEN 'id'
      WHEN w.access_id IS NOT ${accessId} AND NOT ${allowed} THEN 'access_id'
      WHEN w.is_primary AND ${primary} IS NOT 1 AND NOT ${mayPrefer} THEN 'primary'
    END AS field
    FROM ${asTable(wanted)} LEFT JOIN ${userAccesses}
      ON ${companyId} = w.company_id AND ${eq(userId, target.id)}
  ) WHERE field IS NOT NULL ORDER BY position`;
}

function refusalOf({ position, field }: Fault): AppError {
  const named = ["user_accesses", position, field];
  if (field === "id") return notFound(named);
  return refusal("forbidden", field === "primary" ? NOT_YOURS_TO_PREFER : ABOVE_ONESELF, named);
}
