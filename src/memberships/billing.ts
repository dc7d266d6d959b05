import { sql } from "drizzle-orm";
import type { DirectoryDb } from "../db/clients.ts";
import type { Statement } from "../db/directory/commit.ts";
import { billingEvents } from "../db/directory/schema.ts";

/** Something that a billing provider is to be told. */
export interface BillingEvent {
  kind: (typeof billingEvents.$inferSelect)["kind"];
  companyId: number;
  /** What is due for it. */
  amountCents: number;
  currency: string;
}

/**
 * The port to a billing provider: a statement for the transaction of the change itself, so that neither is
 * without the other. The one there is records the event; a provider such as Stripe would read the records in
 * their order and keep its own idempotency key for each.
 *
 * @param now milliseconds since 1970.
 */
export function tellBilling(db: DirectoryDb, event: BillingEvent, now: number): Statement {
  const { kind, companyId, amountCents, currency } = event;
  const latest = sql`(SELECT max(id) FROM company_memberships WHERE company_id = ${companyId})`;
  return db
    .insert(billingEvents)
    .values({ kind, companyId, companyMembershipId: latest, amountCents, currency, createdAt: now });
}
