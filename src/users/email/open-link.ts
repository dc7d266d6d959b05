import { and, eq, gt, isNull, type SQL, sql } from "drizzle-orm";
import type { DirectoryDb } from "../../db/clients.ts";
import { auditEvents, mails, users } from "../../db/directory/schema.ts";
import { fieldError } from "../../errors.ts";

/** What a link to confirm an address is about, that still counts. */
export type OpenLink = NonNullable<Awaited<ReturnType<ReturnType<typeof selectOpenLink>["get"]>>>;

/**
 * The account that a link to confirm an address is about, where it still counts.
 *
 * @param now milliseconds since 1970.
 * @param condition over the account, besides.
 */
export function selectOpenLink(db: DirectoryDb, mailId: number, now: number, condition?: SQL) {
  return db
    .select({
      userId: users.id,
      email: users.email,
      firstName: users.firstName,
      lastName: users.lastName,
      passwordHash: users.passwordHash,
      emailConfirmedAt: users.emailConfirmedAt,
      newEmail: sql<string>`${mails.email}`.as("new_email"),
      /** Whether somebody else made the account, with a password that they may still know. */
      isMadeByOther: sql<boolean>`(${users.emailConfirmedAt} IS NULL AND EXISTS (
        SELECT 1 FROM ${auditEvents} e WHERE e.object_type = 'user' AND e.object_id = ${users.id}
          AND e.action = 'user.created' AND e.actor_id IS NOT NULL))`
        .mapWith(Boolean)
        .as("is_made_by_other"),
    })
    .from(mails)
    .innerJoin(users, eq(users.id, mails.userId))
    .where(
      and(
        eq(mails.id, mailId),
        eq(mails.kind, "confirm_email"),
        isNull(mails.linkEndedAt),
        gt(mails.linkExpiresAt, now),
        eq(users.status, "active"),
        condition,
      ),
    );
}

/** The refusal of a link that does not count (any more). */
export function invalidToken() {
  const detail = "was used or replaced, or it has expired: ask for a new mail";
  return fieldError("invalid_token", "token", "invalid_token", detail);
}
