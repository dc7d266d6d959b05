import type { Origin } from "../../audit/record.ts";
import { mayGrant, type UserActor } from "../../auth/actor.ts";
import { requireConfirmedEmail } from "../../auth/require-confirmed-email.ts";
import { findCompanyHome } from "../../companies/queries.ts";
import type { DirectoryDb } from "../../db/clients.ts";
import { commit, type Statement } from "../../db/directory/commit.ts";
import { fieldError, notFound, refusal } from "../../errors.ts";
import type { Creation } from "../../http/idempotency/creation.ts";
import type { Call } from "../../http/request/call.ts";
import { deliver } from "../../mail/outbox.ts";
import type { InvitationRow } from "../queries.ts";
import { createdInvitation, inviteStatements, type Offer, standingInvitation } from "./invite-statements.ts";
import { tooManyInvitations } from "./limits.ts";

/**
 * Invites an e-mail address into a company and mails it the code. An older invitation that is open ends with it.
 *
 * @param isHeld whether a user with that address has the access, or a higher one, already.
 * @throws 403 where the actor may not grant the access or has not confirmed their own address, 409 where the
 * address has the access already, 404 where there is no such company, 429 where too many were sent.
 */
export async function createInvitation(
  { env, waitUntil }: Pick<Call, "env" | "waitUntil">,
  db: DirectoryDb,
  origin: Origin,
  actor: UserActor,
  offer: Offer,
  isHeld: boolean,
  creation: Creation,
): Promise<InvitationRow> {
  const { companyId } = offer;
  if (!mayGrant(actor, offer)) {
    throw refusal(
      "forbidden",
      "A manager invites with an access below manager, an owner with any.",
      "access_id",
    );
  }
  if (!actor.grants.has(companyId) && !(await findCompanyHome(db, companyId))) throw notFound("company_id");
  requireConfirmedEmail(actor);
  if (isHeld) {
    const detail = "belongs to a user who has this access or a higher one in the company already";
    throw fieldError("access_exists", "email", "access_exists", detail);
  }
  const statements = inviteStatements(db, origin, actor.userId, offer);
  const batch = [...statements, ...creation.record(db, standingInvitation(offer))];
  const results: unknown[] = await commit(db, batch as [Statement, ...Statement[]], {
    too_many_requests: tooManyInvitations,
  });
  const { invitation, mailId } = createdInvitation(results.slice(0, statements.length));
  waitUntil(deliver(env, [mailId]));
  return invitation;
}
