import { eq, sql } from "drizzle-orm";
import { type Actor, mayGrant } from "../../auth/actor.ts";
import type { DirectoryDb } from "../../db/clients.ts";
import { commit } from "../../db/directory/commit.ts";
import { invitations } from "../../db/directory/schema.ts";
import { fieldError, notFound, refusal } from "../../http/errors.ts";
import { deliver, writeMail } from "../../mail/outbox.ts";
import { audit, auditWhere, type Origin } from "../audit/record.ts";
import { findCompanyHome } from "../companies/queries.ts";
import { endLinks } from "./end-links.ts";
import { hasAccess, type InvitationRow, readInvitation } from "./queries.ts";
import { hasStatus } from "./status.ts";

/** An access that is to be offered to an e-mail address, trimmed and lower-cased. */
interface Offer {
  email: string;
  companyId: number;
  accessId: number;
  firstName: string | null;
  lastName: string | null;
}

const OPEN_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * Invites an e-mail address into a company and mails it the code. An older invitation that is open ends with it.
 *
 * @throws 403 where the actor may not grant the access, 409 where the address has it already, 404 where there is
 * no such company.
 */
export async function createInvitation(
  env: Env,
  db: DirectoryDb,
  origin: Origin,
  actor: Actor,
  offer: Offer,
): Promise<InvitationRow> {
  const { email, companyId, accessId } = offer;
  if (!mayGrant(actor, offer)) {
    throw refusal(
      "forbidden",
      "A manager invites with an access below manager, an owner with any.",
      "access_id",
    );
  }
  if (!actor.grants.has(companyId) && !(await findCompanyHome(db, companyId))) throw notFound("company_id");
  if (await hasAccess(db, offer)) {
    const detail = "belongs to somebody who has this access or a higher one in the company already";
    throw fieldError("access_exists", "email", "access_exists", detail);
  }
  const { now } = origin;
  const expiresAt = now + OPEN_MS;
  // The one that stands: an older one up to the insert, the new one after it.
  const standing = sql`(SELECT id FROM ${invitations}
    WHERE company_id = ${companyId} AND email = ${email} AND accepted_at IS NULL AND revoked_at IS NULL)`;
  const [, , , , , [mail], [created]] = await commit(db, [
    auditWhere(
      db,
      origin,
      { action: "invitation.removed", companyId, objectId: standing, details: { reason: "replaced" } },
      sql`EXISTS (SELECT 1 FROM ${invitations} WHERE id = ${standing} AND ${hasStatus("pending", now)})`,
    ),
    endLinks(db, standing, now),
    db.update(invitations).set({ revokedAt: now }).where(eq(invitations.id, standing)),
    db.insert(invitations).values({ ...offer, invitedBy: actor.userId, createdAt: now, expiresAt }),
    audit(db, origin, {
      action: "invitation.created",
      companyId,
      objectId: standing,
      details: { access_id: accessId },
    }),
    writeMail(db, { kind: "invitation", email, invitationId: standing, linkExpiresAt: expiresAt }, now),
    readInvitation(db, standing),
  ]);
  if (!created || !mail) throw new Error("the invitation or its mail was not written");
  await deliver(env, [mail.id]);
  return created;
}
