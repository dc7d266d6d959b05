import { eq } from "drizzle-orm";
import { leads } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { eraseFromFiles } from "./erase-from-files.ts";
import { eraseStatements } from "./erase-statements.ts";
import type { LeadRow } from "./queries.ts";

/**
 * Erases a person: the lead with its answers, notes, tags and history at once and for good, and what the imports of
 * its company keep of them by the rule of {@link eraseFromFiles}.
 *
 * The files come first: where that fails half-way, the lead is still there and the request can be sent again.
 * A copy of the lead is a lead of its own, and erased by its own request.
 *
 * @param now milliseconds since 1970.
 * @throws 409 where an import that names the person is still running.
 */
export async function eraseLead(tenant: Tenant, files: R2Bucket, row: LeadRow, now: number): Promise<void> {
  await eraseFromFiles(tenant, files, row);
  const { db } = tenant;
  await db.batch([
    db.update(leads).set({ deletedAt: now }).where(eq(leads.id, row.id)),
    ...eraseStatements(db, [row.id], now, now),
  ]);
}
