import { and, eq, isNull, sql } from "drizzle-orm";
import { openLeads } from "../../db/clients.ts";
import { companyAncestors } from "../../db/directory/schema.ts";
import { eachStore } from "../../db/each-store.ts";
import { imports } from "../../db/leads/schema.ts";
import type { ScheduledRun } from "../../jobs/scheduled-run.ts";

/** In each store, each time. */
const COMPANIES_AT_ONCE = 50;

/**
 * Looks up the companies above those whose imports were written without them, such as all that are older than the
 * scopes: the lists of these companies lack such imports until then.
 */
export async function scopeImports({ databases }: ScheduledRun): Promise<void> {
  await eachStore(databases, "imports.not_scoped", async (client) => {
    const db = openLeads(client);
    const rows = await db
      .selectDistinct({ companyId: imports.companyId })
      .from(imports)
      .where(sql`${imports.ancestors} IS NULL`)
      .limit(COMPANIES_AT_ONCE);
    if (rows.length === 0) return;
    const ids = JSON.stringify(rows.map(({ companyId }) => companyId));
    const above = await databases.directory
      .select({ companyId: companyAncestors.companyId, ancestorId: companyAncestors.ancestorId })
      .from(companyAncestors)
      .where(
        sql`${companyAncestors.companyId} IN (SELECT value FROM json_each(${ids})) AND ${companyAncestors.depth} > 0`,
      );
    const byCompany = Map.groupBy(above, ({ companyId }) => companyId);
    const [first, ...rest] = rows.map(({ companyId }) =>
      db
        .update(imports)
        .set({ ancestors: (byCompany.get(companyId) ?? []).map(({ ancestorId }) => ancestorId) })
        .where(and(eq(imports.companyId, companyId), isNull(imports.ancestors))),
    );
    if (first) await db.batch([first, ...rest]);
  });
}
