import { sql } from "drizzle-orm";
import { audit } from "../../audit/record.ts";
import { refuseUnless } from "../../db/directory/commit.ts";
import { mails, users } from "../../db/directory/schema.ts";
import { countAgainst } from "../../http/rate-limits/rate-limit.ts";
import type { NewMail } from "../../mail/outbox.ts";
import type { Account } from "../queries.ts";
import type { Change } from "../update/change.ts";
import type { WriteContext } from "../write-context.ts";
import { confirmationsOf, revokeMailLinks } from "./revoke-mail-links.ts";
import { UNDO_MS } from "./undo-links.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** How long the link to confirm a new address counts. */
const CONFIRM_EMAIL_MS = DAY_MS;

/**
 * Asks a user to confirm a new address, and tells the present one of it, with a link that undoes it; nothing changes
 * yet. Only the person who opens the link learns whether the new one has an account.
 *
 * @returns `null` where none is given.
 * @throws 429 where they ask too often: each time, a mail goes to an address that anyone may have typed. An account
 * whose present address is not confirmed names one other address a day.
 */
export async function requestEmailChange(
  { env, db, origin }: WriteContext,
  account: Account,
  email: string | undefined,
): Promise<Change | null> {
  if (email === undefined) return null;
  await countAgainst(env.RESET_LIMIT, `user/${account.id}`);
  const { id } = account;
  const isProved = account.emailConfirmedAt !== null;
  // An address that was never confirmed may be somebody else's, who is to get nobody's account.
  const notice: NewMail[] = !isProved
    ? []
    : [{ kind: "email_changed", email: account.email, userId: id, linkExpiresAt: origin.now + UNDO_MS }];
  return {
    // With the mail of the sign-up and one to correct its address, an account that proved nothing has had its share.
    guards: isProved ? [] : [refuseUnless(db, isWithinShare(id, origin.now), "too_many_requests")],
    statements: [
      revokeMailLinks(db, confirmationsOf(id), origin.now),
      audit(db, origin, { action: "user.email_change_requested", companyId: null, objectId: id }),
    ],
    mails: [
      { kind: "confirm_email", email, userId: id, linkExpiresAt: origin.now + CONFIRM_EMAIL_MS },
      ...notice,
    ],
  };
}

function isWithinShare(userId: number, now: number) {
  return sql`NOT EXISTS (
    SELECT 1 FROM ${mails} JOIN ${users} u ON u.id = ${mails.userId}
    WHERE ${confirmationsOf(userId)} AND ${mails.createdAt} > ${now - DAY_MS} AND ${mails.email} <> u.email)`;
}
