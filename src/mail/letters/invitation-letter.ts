import { and, eq, isNotNull, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import { linkToken } from "../../auth/tokens/link-tokens.ts";
import type { DirectoryDb } from "../../db/clients.ts";
import { accesses, companies, invitations, users } from "../../db/directory/schema.ts";
import { settingsOf } from "../../env.ts";
import { inviterMayStillInvite } from "../../invitations/invite/revoke-invitations.ts";
import { fullName } from "../../users/queries.ts";
import type { Letter } from "../compose.ts";

const inviters = alias(users, "inviters");

/**
 * What an invitation's mail is to say: in the language of the address's account, or of the company where it has
 * none.
 *
 * @param now milliseconds since 1970.
 * @returns `null` where the invitation is not open any more, or not its inviter's to give, and where the inviter's own
 * address is unproven: mails are nobody's means to write to strangers.
 */
export async function invitationLetter(
  env: Env,
  db: DirectoryDb,
  invitationId: number | null,
  now: number,
): Promise<Letter | null> {
  const details = await db
    .select({
      invitation: invitations,
      company: companies.name,
      companyLocale: companies.defaultLocale,
      inviter: { firstName: inviters.firstName, lastName: inviters.lastName },
      access: accesses.name,
      locale: users.locale,
      name: sql<string | null>`coalesce(
        iif(${users.emailConfirmedAt} IS NULL, NULL, ${users.firstName}), ${invitations.firstName})`,
    })
    .from(invitations)
    .innerJoin(companies, eq(companies.id, invitations.companyId))
    .innerJoin(inviters, eq(inviters.id, invitations.invitedBy))
    .innerJoin(accesses, eq(accesses.id, invitations.accessId))
    .leftJoin(users, eq(users.email, invitations.email))
    .where(
      and(
        eq(invitations.id, invitationId ?? 0),
        isNotNull(inviters.emailConfirmedAt),
        inviterMayStillInvite(),
      ),
    )
    .get();
  if (!details) return null;
  const { id, acceptedAt, revokedAt, expiresAt } = details.invitation;
  if (acceptedAt !== null || revokedAt !== null || expiresAt <= now) return null;
  const code = encodeURIComponent(linkToken(env, "invitation", id));
  return {
    kind: "invitation",
    locale: details.locale ?? details.companyLocale,
    name: details.name,
    link: { url: `${settingsOf(env).appUrl}/invitations/${code}`, left: expiresAt - now },
    inviter: fullName(details.inviter),
    company: details.company,
    access: details.access,
  };
}
