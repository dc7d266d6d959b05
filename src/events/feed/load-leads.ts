import { sql } from "drizzle-orm";
import { queryBuilder } from "../../db/clients.ts";
import { compileOnce, type RowOf, underKeys } from "../../db/compiled.ts";
import { leads } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { readLarge } from "../../leads/large-reads.ts";
import {
  endByBytes,
  HEAVY_PAGE,
  LIGHT_PAGE,
  PAGE_BYTES,
  pageColumns,
  WITHHELD,
} from "../../leads/list/page-bytes.ts";
import { leadColumns } from "../../leads/queries.ts";
import { visibleLeadsCondition } from "../../leads/scope.ts";

/** A lead as it stands now. */
export type FeedLead = RowOf<typeof leadColumns>;

/** Leads of a page, as far as the page can bear them. */
export interface LoadedLeads {
  leads: Map<number, FeedLead>;
  /** How many events of the page it can bear, at least one: each is written with its lead. */
  events: number;
}

/** Whose feed it is: that of somebody who sees all leads of the company, or of the user who works some. */
export interface FeedSeen {
  tenant: Tenant;
  companyId: number;
  assignee: number | null;
}

/**
 * Reads leads as they stand now, and makes of them what is kept. Those that are deleted, erased, or not to be seen are
 * left out.
 *
 * @param ofEvents the lead of each event of the page, in order; `null` for one of an import.
 * @throws 503 where others read large leads for too long.
 */
export async function withLeads<Kept>(
  { tenant, companyId, assignee }: FeedSeen,
  ofEvents: readonly (number | null)[],
  keep: (loaded: LoadedLeads) => Promise<Kept>,
): Promise<Kept> {
  const ids = [...new Set(ofEvents.filter((id) => id !== null))];
  if (ids.length === 0) return keep({ leads: new Map(), events: ofEvents.length });
  const { client } = tenant;
  const query = compileOnce(`leads of the feed ${assignee !== null}`, pageColumns, () =>
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
    const read = new Map(rows.filter((row) => row[WITHHELD] === 0).map((row) => [row.id, row]));
    const missing = withheld ? ofEvents.indexOf(withheld.id) : ofEvents.length;
    return { leads: read, events: eventsWithin(weight.pageBytes, ofEvents.slice(0, missing), read) };
  };
  const light = await ask(LIGHT_PAGE);
  if (light.events === ofEvents.length) return keep(light);
  return readLarge(tenant.store, PAGE_BYTES, async () => keep(await ask(HEAVY_PAGE)));
}

/** How many events weigh no more than a page may, at least one. A lead counts with each of its events. */
function eventsWithin(
  pageBytes: number,
  ofEvents: readonly (number | null)[],
  leads: ReadonlyMap<number, FeedLead>,
): number {
  const bytes = new Map([...leads].map(([id, lead]) => [id, bytesOf(lead)]));
  let sum = 0;
  const tooMany = ofEvents.findIndex((id) => {
    sum += (id !== null && bytes.get(id)) || 0;
    return sum > pageBytes;
  });
  return tooMany < 0 ? ofEvents.length : Math.max(tooMany, 1);
}

/** The bytes of what can be long in a lead: the rest is bound. */
function bytesOf({ notes, answers, customFields, tags }: FeedLead): number {
  return Buffer.byteLength(JSON.stringify([notes, answers, customFields, tags]));
}
