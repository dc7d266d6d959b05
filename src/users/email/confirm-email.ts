import { eq, exists, type SQL, sql } from "drizzle-orm";
import { audit } from "../../audit/record.ts";
import type { UserActor } from "../../auth/actor.ts";
import { endOtherSessions, endSessionsOf } from "../../auth/sessions/sessions.ts";
import { readLinkToken } from "../../auth/tokens/link-tokens.ts";
import { refuseUnless, type Statement } from "../../db/directory/commit.ts";
import { mails, users } from "../../db/directory/schema.ts";
import { endWaiting, selectWaiting } from "../../invitations/queries.ts";
import type { UserRow } from "../queries.ts";
import { commitUserAndRead } from "../update/commit-user.ts";
import { hasPassword, wrongPassword } from "../update/prove-identity.ts";
import type { WriteContext } from "../write-context.ts";
import { addressTaken } from "./mail-of-link.ts";
import { offerEarlierAccesses } from "./offer-earlier-accesses.ts";
import { invalidToken, type OpenLink, selectOpenLink } from "./open-link.ts";
import { type ProofOfAccount, proveAccount } from "./prove-account.ts";
import { confirmationsOf, revokeMailLinks } from "./revoke-mail-links.ts";
import { extendUndo, isFree } from "./undo-links.ts";

/** What the page that a link leads to sends. */
interface Confirmation {
  /** As the link in the mail carries it. */
  token: string;
  currentPassword: string | undefined;
  newPassword: string | undefined;
}

/**
 * Makes the address that a confirmation went to the one of the user's account, or notes that it really is.
 *
 * The link shows whose the mailbox is, and nothing more: the account may have been made by somebody else. So it takes
 * the account's session or password, too; without these the person chooses a new password for the account that goes
 * by their address, and others who were in it before are out.
 *
 * @param actor the caller, if they are signed in.
 * @returns the user, and the first page of the invitations that are open for the address.
 * @throws 422 for a token that does not count (any more), where the address has an account by now, and where nothing
 * shows that the account is that of the person who opens the link.
 * @see https://www.usenix.org/conference/usenixsecurity22/presentation/sudhodanan (account pre-hijacking)
 */
export async function confirmEmail(
  context: WriteContext,
  actor: UserActor | null,
  confirmation: Confirmation,
): Promise<{ row: UserRow; waiting: ReturnType<typeof endWaiting> }> {
  const { env, db, origin } = context;
  const mailId = readLinkToken(env, "confirm_email", confirmation.token);
  if (mailId === null) throw invalidToken();
  const link = await selectOpenLink(db, mailId, origin.now).get();
  if (!link) throw invalidToken();
  const proof = await proveAccount(context, actor, link, confirmation);
  const { userId, newEmail } = link;
  const isChange = changesAddress(link);
  const { now } = origin;
  const event = { companyId: null, actorId: userId, objectId: userId } as const;
  const { row, read } = await commitUserAndRead(
    context,
    {
      statements: [
        refuseUnless(
          db,
          exists(selectOpenLink(db, mailId, now, eq(users.email, link.email))),
          "invalid_token",
        ),
        refuseUnless(db, isFree(newEmail, userId, now), "email_taken"),
        ...(proof.by === "password"
          ? [refuseUnless(db, hasPassword({ id: userId, passwordHash: proof.checkedHash }), "wrong_password")]
          : []),
        audit(db, origin, { ...event, action: isChange ? "user.email_changed" : "user.email_confirmed" }),
        extendUndo(db, userId, now),
        ...offerEarlierAccesses(db, origin, { user: userId, email: newEmail, consented: sql`0` }),
        db
          .update(users)
          .set({ email: newEmail, emailConfirmedAt: now, updatedAt: now })
          .where(eq(users.id, userId)),
        ...whatEnds(context, link, proof),
      ],
      mails: [],
      user: eq(users.id, userId),
      // In the same transaction: a read after it could fail, and the link counts once.
      reads: selectWaiting(db, { userId, email: newEmail }, now),
    },
    {
      invalid_token: invalidToken,
      email_taken: addressTaken,
      wrong_password: wrongPassword,
      "users.email": addressTaken,
    },
  );
  return { row, waiting: endWaiting(read) };
}

function changesAddress({ email, newEmail }: OpenLink): boolean {
  return email !== newEmail;
}

/** Statements that end what was there before: links, sessions, and the password where there is another one. */
function whatEnds({ db, origin }: WriteContext, link: OpenLink, proof: ProofOfAccount): Statement[] {
  const { userId } = link;
  const { now } = origin;
  const links = (which: SQL) => revokeMailLinks(db, which, now);
  if (proof.by === "new_password") {
    return [
      db.update(users).set({ passwordHash: proof.passwordHash }).where(eq(users.id, userId)),
      ...endSessionsOf(db, userId, now),
      links(sql`${mails.userId} = ${userId}`),
      audit(db, origin, {
        action: "user.password_reset",
        companyId: null,
        actorId: userId,
        objectId: userId,
      }),
    ];
  }
  if (!changesAddress(link)) return [links(confirmationsOf(userId))];
  const ended =
    proof.by === "session"
      ? [endOtherSessions(db, userId, proof.session, now)]
      : endSessionsOf(db, userId, now);
  return [links(confirmationsOf(userId)), ...ended];
}
