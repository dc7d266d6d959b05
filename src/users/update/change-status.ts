import { sql } from "drizzle-orm";
import { type AuditEvent, audit, type Origin } from "../../audit/record.ts";
import { mayGrant, type UserActor } from "../../auth/actor.ts";
import { endSessionsOf } from "../../auth/sessions/sessions.ts";
import type { DirectoryDb } from "../../db/clients.ts";
import { refuseUnless } from "../../db/directory/commit.ts";
import { mails, userAccesses, users } from "../../db/directory/schema.ts";
import { fieldError, refusal } from "../../errors.ts";
import type { TargetUser } from "../../http/policies/user.ts";
import { revokeInvitationsOf } from "../../invitations/invite/revoke-invitations.ts";
import { managesWhole } from "../../user-accesses/grant/right-to-grant.ts";
import { suspendAccesses } from "../../user-accesses/suspend-accesses.ts";
import { revokeMailLinks } from "../email/revoke-mail-links.ts";
import type { Account } from "../queries.ts";
import type { Change } from "./change.ts";

/** Who changes whose status, and in whose name. */
interface StatusChange {
  db: DirectoryDb;
  origin: Origin;
  actor: UserActor;
  target: TargetUser;
  account: Account;
  companyId: AuditEvent["companyId"];
}

/**
 * Disables a user, from the next request on, or enables them again.
 *
 * How far it reaches follows from what the actor manages. Who manages all of the user's accesses, and an operator,
 * disables the account; before its address is confirmed the operator alone does, since a person who made it for
 * somebody must not keep the person out of it. Anybody else who manages some of them suspends exactly these: the user
 * is cut off from those companies and stays what they are in others, which are none of the actor's. So no company that
 * a user is put into, or makes, keeps the managers of another one from cutting them off, and none of them gains power
 * there.
 *
 * Nobody but an operator leaves a company without an owner by it. Who has never set a password goes back to
 * `pending`: they still have to.
 *
 * @returns `null` where it is so already.
 * @throws 403 where a disabled account is to become active by who does not manage all of it, 422 where a pending
 * user is to become active.
 */
export function changeStatus(change: StatusChange, status: "active" | "disabled" | undefined): Change[] {
  if (status === undefined) return [];
  const { actor, target, account } = change;
  const suspended = target.accesses.some((one) => one.suspended && mayGrant(actor, one));
  if (status === "active" && account.status === "pending" && !suspended) {
    throw fieldError("invalid_body", "status", "pending", "becomes active when the user sets a password");
  }
  if (!target.managed) {
    if (status === "active" && account.status === "disabled") {
      throw refusal(
        "forbidden",
        "Only an operator, or a manager of all of the user's accesses, can change this.",
        "status",
      );
    }
    return suspension(change, status === "disabled");
  }
  if (status === "disabled") return account.status === "disabled" ? [] : [disabling(change)];
  const enabled = account.status === "disabled" ? [enabling(change)] : [];
  // An operator who enables an account does not take back what a company's own managers decided.
  const lifts = !actor.operator || enabled.length === 0;
  return [...enabled, ...(lifts ? suspension(change, false) : [])];
}

function suspension({ db, origin, actor, target }: StatusChange, suspend: boolean): Change[] {
  const concerns = target.accesses.some((one) => one.suspended !== suspend && mayGrant(actor, one));
  if (!concerns) return [];
  return [{ statements: suspendAccesses({ db, origin, userId: target.id }, actor, suspend) }];
}

function enabling({ db, origin, account, companyId }: StatusChange): Change {
  return {
    columns: { status: account.passwordHash === null ? "pending" : "active" },
    statements: [audit(db, origin, { action: "user.enabled", companyId, objectId: account.id })],
  };
}

function disabling({ db, origin, actor, account, companyId }: StatusChange): Change {
  const { id, email } = account;
  // A change of address can be undone all the same: a stolen account may be why it is disabled.
  const links = sql`${mails.userId} = ${id} AND ${mails.kind} <> 'email_changed'
    OR ${mails.kind} = 'reset_password' AND ${mails.email} = ${email}`;
  return {
    guards: actor.operator
      ? []
      : [
          refuseUnless(db, ownersRemainWithout(id), "last_owner"),
          // What the user has elsewhere since the request came in is none of the actor's.
          refuseUnless(db, managesWhole(actor.userId, id), "forbidden"),
        ],
    columns: { status: "disabled" },
    statements: [
      ...endSessionsOf(db, id, origin.now),
      revokeMailLinks(db, links, origin.now),
      ...revokeInvitationsOf(db, origin, id),
      audit(db, origin, { action: "user.disabled", companyId, objectId: id }),
    ],
  };
}

const isProvedAndActive = sql`u.status = 'active' AND u.email_confirmed_at IS NOT NULL`;

/** Whether each company that a user owns keeps another owner who counts, as a condition. */
function ownersRemainWithout(userId: number) {
  return sql`NOT EXISTS (
    SELECT 1 FROM ${userAccesses} mine JOIN ${users} u ON u.id = mine.user_id
    WHERE mine.user_id = ${userId} AND mine.access_id = 1 AND mine.suspended_at IS NULL AND ${isProvedAndActive}
    AND NOT EXISTS (
      SELECT 1 FROM ${userAccesses} other JOIN ${users} u ON u.id = other.user_id
      WHERE other.company_id = mine.company_id AND other.access_id = 1 AND other.user_id <> ${userId}
      AND other.suspended_at IS NULL AND ${isProvedAndActive}))`;
}
