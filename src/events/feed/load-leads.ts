import { sql } from "drizzle-orm";
import { queryBuilder } from "../../db/clients.ts";
import { compileOnce, type RowOf, underKeys } from "../../db/compiled.ts";
import { leads } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { readLarge } from "../../leads/large-reads.ts";
import { endByBytes, HEAVY_PAGE, LIGHT_PAGE, PAGE_BYTES, WITHHELD } from "../../leads/list/page-bytes.ts";
import { leadColumns } from "../../leads/queries.ts";
import { visibleLeadsCondition } from "../../leads/scope.ts";

const columns = {
  ...leadColumns,
  [WITHHELD]: sql<number>``.as(WITHHELD),
};

/** A lead as it stands now. */
export type FeedLead = RowOf<typeof leadColumns>;

/** Leads of a page, as far as the page can bear them. */
export interface LoadedLeads {
  leads: Map<number, FeedLead>;
  /** The first lead that is too much for the page; `null` where all are there. */
  cutAt: number | null;
}

/** Whose feed it is: that of somebody who sees all leads of the company, or of the user who works some. */
export interface FeedSeen {
  tenant: Tenant;
  companyId: number;
  assignee: number | null;
}

/**
 * Reads leads as they stand now, in the order in which they are named, and makes of them what is kept. Those that are
 * deleted, erased, or not to be seen are left out.
 *
 * @throws 503 where others read large leads for too long.
 */
export async function withLeads<Kept>(
  { tenant, companyId, assignee }: FeedSeen,
  ids: readonly number[],
  keep: (loaded: LoadedLeads) => Promise<Kept>,
): Promise<Kept> {
  if (ids.length === 0) return keep({ leads: new Map(), cutAt: null });
  const { client } = tenant;
  const query = compileOnce(`leads of the feed ${assignee !== null}`, columns, () =>
    endByBytes(
      queryBuilder
        .select(underKeys(leadColumns))
        .from(sql`(SELECT key, value FROM json_each(${sql.placeholder("ids")})) o CROSS JOIN ${leads}`)
        .where(sql`${leads.id} = o.value AND ${visibleLeadsCondition(assignee, true)}`)
        .orderBy(sql`o.key`)
        .getSQL(),
      Object.keys(leadColumns),
    ),
  );
  const ask = async (weight: typeof LIGHT_PAGE): Promise<LoadedLeads> => {
    const values = { ids: JSON.stringify(ids), companyId, assignee, ...weight };
    const { results } = await query.bind(client, values).all<Record<string, unknown>>();
    const rows = results.map(query.row);
    const withheld = rows.find((row) => row[WITHHELD] === 1);
    return {
      leads: new Map(rows.filter((row) => row[WITHHELD] === 0).map((row) => [row.id, row])),
      cutAt: withheld?.id ?? null,
    };
  };
  const light = await ask(LIGHT_PAGE);
  if (light.cutAt === null) return keep(light);
  return readLarge(tenant.store, PAGE_BYTES, async () => keep(await ask(HEAVY_PAGE)));
}
