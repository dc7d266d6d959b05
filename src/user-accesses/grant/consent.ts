import { and, eq, sql } from "drizzle-orm";
import { hasConfirmedEmail } from "../../auth/actor.ts";
import { requireConfirmedEmail } from "../../auth/require-confirmed-email.ts";
import type { DirectoryDb } from "../../db/clients.ts";
import { commit, refuseUnless, type Statement } from "../../db/directory/commit.ts";
import { invitations, userAccesses, users } from "../../db/directory/schema.ts";
import type { AppError } from "../../errors.ts";
import { createdInvitation, inviteStatements } from "../../invitations/invite/invite-statements.ts";
import { tooManyInvitations } from "../../invitations/invite/limits.ts";
import { type InvitationRow, readInvitations } from "../../invitations/queries.ts";
import { hasStatus } from "../../invitations/status.ts";
import { deliver } from "../../mail/outbox.ts";
import { inList } from "../conditions.ts";
import { accessesIn, type UserAccessRow } from "../queries.ts";
import type { RequestedAccess } from "../schemas.ts";
import type { Granting } from "./granting.ts";
import { asTable } from "./requested-accesses.ts";
import { managesInTree } from "./right-to-grant.ts";

/**
 * Nobody is put into a company without being asked: an access is given at once only to somebody whom the giver
 * manages in the tree of that company already. Anybody else is invited, and accepts or does not.
 *
 * As long as a mailbox has not answered, its account may be anybody's: what it has is not raised, and nothing is added,
 * but by an invitation that goes to the mailbox. A pending account is the exception, into which nobody gets but by its
 * mailbox; that of an owner takes consent all the same. Nor does the account give anything, to its user neither: it
 * would be from anybody who is in it.
 */

/** @throws 403 where an actor whose address is not confirmed wants another access than the user has there. */
export async function requireConfirmedGrantor(
  { db, actor, target }: Granting,
  wanted: RequestedAccess[],
): Promise<void> {
  if (hasConfirmedEmail(actor)) return;
  const held = await accessesIn(
    db,
    target.id,
    wanted.map((one) => one.company_id),
  );
  const isHeld = (one: RequestedAccess) =>
    held.some((there) => there.companyId === one.company_id && there.accessId === one.access_id);
  if (!wanted.every(isHeld)) requireConfirmedEmail(actor);
}

/** Parts accesses that are wanted into those to be given at once and those that the user is to be invited to. */
export async function partByConsent(
  granting: Granting,
  wanted: RequestedAccess[],
): Promise<{ granted: RequestedAccess[]; offered: RequestedAccess[] }> {
  if (wanted.length === 0) return { granted: [], offered: [] };
  const rows = await granting.db.all<{ position: number }>(
    sql`SELECT w.position FROM ${asTable(wanted)} WHERE ${isConsented(granting)}`,
  );
  const positions = new Set(rows.map(({ position }) => position));
  return {
    granted: wanted.filter((_, index) => positions.has(index)),
    offered: wanted.filter((_, index) => !positions.has(index)),
  };
}

/** A statement that refuses its batch where an access is to be given at once and may not be (any more). */
export function refuseWithoutConsent(granting: Granting, granted: RequestedAccess[]) {
  return refuseUnless(
    granting.db,
    sql`NOT EXISTS (SELECT 1 FROM ${asTable(granted)} WHERE NOT ${isConsented(granting)})`,
    "not_found",
  );
}

/** Whether a row of the table `w` may be given to the user at once, or changed where they have an access there. */
function isConsented({ actor, target }: Granting) {
  if (target.self) return sql`1`;
  const there = sql`FROM ${userAccesses} there WHERE there.user_id = ${target.id} AND there.company_id = w.company_id`;
  const known = actor.operator
    ? sql`1`
    : sql`(${managesInTree(actor.userId, target.id, sql`w.company_id`)} OR EXISTS (SELECT 1 ${there}))`;
  const user = sql`FROM ${users} target WHERE target.id = ${target.id}`;
  return sql`(${known} AND (
    EXISTS (SELECT 1 ${user} AND target.email_confirmed_at IS NOT NULL)
    OR EXISTS (SELECT 1 ${user} AND target.status = 'pending' AND w.access_id > 1)
    OR EXISTS (SELECT 1 ${there} AND there.access_id <= w.access_id)))`;
}

/** Invitations that stand for accesses which a user is to accept. */
export interface Offers {
  /** Those that were open already and offer the same. */
  standing: InvitationRow[];
  /** The statements of each new one. */
  made: Statement[][];
}

/**
 * The invitations for accesses that a user is to accept.
 *
 * @param keepsStanding whether an open invitation that offers the same is left as it is, without another mail.
 */
export async function offersOf(
  { db, actor, origin, target }: Granting,
  offered: RequestedAccess[],
  keepsStanding: boolean,
): Promise<Offers> {
  if (offered.length === 0) return { standing: [], made: [] };
  const user = await db.select({ email: users.email }).from(users).where(eq(users.id, target.id)).get();
  const email = user?.email ?? "";
  const companyIds = offered.map((one) => one.company_id);
  const open = keepsStanding
    ? await readInvitations(db).where(
        and(
          eq(invitations.email, email),
          inList(invitations.companyId, companyIds),
          hasStatus("pending", origin.now),
        ),
      )
    : [];
  const standing = open.filter((row) =>
    offered.some((one) => one.company_id === row.companyId && one.access_id === row.accessId),
  );
  const made = offered
    .filter((one) => !standing.some((row) => row.companyId === one.company_id))
    .map((one) => {
      const offer = { email, companyId: one.company_id, accessId: one.access_id };
      return inviteStatements(db, origin, actor.userId, { ...offer, firstName: null, lastName: null });
    });
  return { standing, made };
}

/**
 * Commits a change of accesses together with the invitations that belong to it, and has their mails delivered.
 *
 * @param statements of which the last reads the accesses in the companies that are wanted.
 * @returns the accesses, the oldest first, and after them the invitations.
 */
export async function commitWithOffers(
  { env, db, waitUntil }: Granting,
  statements: [Statement, ...Statement[]],
  { standing, made }: Offers,
  conflicts: Record<string, () => AppError> = {},
): Promise<(UserAccessRow | InvitationRow)[]> {
  const results: unknown[] = await commit(db, [...statements, ...made.flat()], {
    too_many_requests: tooManyInvitations,
    ...conflicts,
  });
  const invited = [...standing];
  const mailIds: number[] = [];
  let end = statements.length;
  for (const { length } of made) {
    end += length;
    const { invitation, mailId } = createdInvitation(results.slice(0, end));
    invited.push(invitation);
    mailIds.push(mailId);
  }
  waitUntil(deliver(env, mailIds));
  const held = results[statements.length - 1] as UserAccessRow[];
  return [...held, ...invited];
}

/** What a user has in some companies, and what they are invited to in them, in the order of `commitWithOffers`. */
export async function findGranted(
  db: DirectoryDb,
  userId: number,
  companyIds: number[],
): Promise<(UserAccessRow | InvitationRow)[]> {
  const email = sql`(SELECT email FROM ${users} WHERE id = ${userId})`;
  const [held, invited] = await Promise.all([
    accessesIn(db, userId, companyIds),
    readInvitations(db)
      .where(
        and(
          eq(invitations.email, email),
          inList(invitations.companyId, companyIds),
          sql`${invitations.acceptedAt} IS NULL AND ${invitations.revokedAt} IS NULL`,
        ),
      )
      .orderBy(invitations.id),
  ]);
  return [...held, ...invited];
}
