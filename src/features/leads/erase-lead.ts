import { and, eq, isNotNull } from "drizzle-orm";
import { leads } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { eraseFromFiles } from "./erase-from-files.ts";
import { eraseStatements } from "./erase-statements.ts";
import { type LeadRow, selectLead } from "./queries.ts";

/**
 * Erases a person: the lead with its answers, notes, tags and history at once and for good, and what the imports of
 * its company keep of them by the rule of {@link eraseFromFiles}. Deleted leads that point to it are the same
 * person, such as those that were merged into it, and go with it. A copy that is not deleted is a lead of its own.
 *
 * The files come first: where that fails half-way, the lead is still there and the request can be sent again.
 *
 * @param now milliseconds since 1970.
 * @throws 409 where an import that names the person is still running.
 */
export async function eraseLead(tenant: Tenant, files: R2Bucket, row: LeadRow, now: number): Promise<void> {
  const { db } = tenant;
  const merged = await selectLead(
    db,
    row.companyId,
    and(eq(leads.duplicateOf, row.id), isNotNull(leads.deletedAt)),
  );
  const person = [row, ...merged];
  await eraseFromFiles(tenant, files, person);
  await db.batch([
    db.update(leads).set({ deletedAt: now }).where(eq(leads.id, row.id)),
    ...eraseStatements(
      db,
      person.map(({ id }) => id),
      now,
      now,
    ),
  ]);
}
