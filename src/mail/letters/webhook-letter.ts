import { and, eq, inArray, sql } from "drizzle-orm";
import { MANAGER } from "../../auth/actor.ts";
import { strongestAccess } from "../../auth/visibility.ts";
import { type Databases, openLeads } from "../../db/clients.ts";
import { companies, users } from "../../db/directory/schema.ts";
import { STORE_SPAN } from "../../db/leads/provision.ts";
import { webhooks } from "../../db/leads/schema.ts";
import type { Letter } from "../compose.ts";
import type { MailRow } from "../outbox.ts";

/**
 * What the mail about a webhook that was switched off is to say.
 *
 * @returns `null` where it is on again or gone, or the reader's address is another one or unproven, or they do not manage
 * its company any more.
 */
export async function webhookLetter(databases: Databases, mail: MailRow): Promise<Letter | null> {
  const { email, userId, webhookId } = mail;
  if (userId === null || webhookId === null) return null;
  const store = Math.floor(webhookId / STORE_SPAN);
  if (store >= databases.stores) return null;
  const webhook = await openLeads(databases.leads(store))
    .select({
      companyId: webhooks.companyId,
      url: webhooks.url,
      since: webhooks.failingSince,
      reason: webhooks.switchedOffReason,
    })
    .from(webhooks)
    .where(
      and(
        eq(webhooks.id, webhookId),
        inArray(webhooks.switchedOffReason, ["failing", "gone"]),
        sql`${webhooks.deletedAt} IS NULL`,
      ),
    )
    .get();
  if (!webhook) return null;
  const { companyId, url, since, reason } = webhook;
  const reader = await databases.directory
    .select({ locale: users.locale, firstName: users.firstName, company: companies.name })
    .from(users)
    .innerJoin(companies, eq(companies.id, companyId))
    .where(
      and(
        eq(users.id, userId),
        eq(users.email, email),
        eq(users.status, "active"),
        sql`${users.emailConfirmedAt} IS NOT NULL`,
        sql`coalesce(${strongestAccess({ userId }, sql`${companyId}`)}, ${MANAGER} + 1) <= ${MANAGER}`,
      ),
    )
    .get();
  if (!reader) return null;
  const { locale, firstName, company } = reader;
  const gone = reason === "gone";
  const about = { id: webhookId, host: new URL(url).host, company, since: since ?? mail.createdAt, gone };
  return { kind: "webhook_off", locale, name: firstName, ...about };
}
