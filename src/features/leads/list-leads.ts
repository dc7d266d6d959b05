import { and, type SQL, sql } from "drizzle-orm";
import type { Actor } from "../../auth/actor.ts";
import { type Databases, queryBuilder } from "../../db/clients.ts";
import { compileOnce, type RowOf } from "../../db/compiled.ts";
import { leads } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { listStages } from "../stages/queries.ts";
import { readCursor, writeCursor } from "./cursor.ts";
import { narrow } from "./filters.ts";
import type { LeadsRequest } from "./list-schemas.ts";
import { leadColumns } from "./queries.ts";
import { assigneeSeen, leadsSeenBy } from "./scope.ts";

/** Whose list it is, and of which company. */
export interface LeadsSeen {
  actor: Actor;
  companyId: number;
  tenant: Tenant;
}

/** A page of leads. */
export interface LeadsPage {
  rows: RowOf<typeof leadColumns>[];
  /** How many there are on all pages; `null` where they were not counted. */
  total: number | null;
  /** Where the next page begins; `null` where this one is the last. */
  nextCursor: string | null;
}

const totals = { total: sql<number>`count(*)`.as("total") };

/** True of every lead. It leads SQLite to the indexes by time, which know who works a lead, where it only counts. */
const everMade = sql`${leads.createdAt} > 0`;

/**
 * A page of the leads that somebody sees in a company: one round trip for its rows and their count.
 *
 * Whatever the filters, the rows come in the order of an index: a page ends where it is full. Only leads that are
 * found by their tags or ids are sorted.
 *
 * @throws 400 where a filter or the cursor does not fit.
 */
export async function listLeads(
  { directory }: Pick<Databases, "directory">,
  { actor, companyId, tenant }: LeadsSeen,
  request: LeadsRequest,
): Promise<LeadsPage> {
  const { cursor, counted, limit, sort } = request;
  const assignee = assigneeSeen(actor, companyId);
  const narrowing = await narrow(tenant, companyId, await listStages(directory), request);
  const list = [narrowing.shape, narrowing.values];
  const after = cursor === undefined ? null : readCursor(list, cursor);

  const shape = `${assignee !== null} ${narrowing.shape}`;
  const fitting = () => [leadsSeenBy(assignee, narrowing.byId), ...narrowing.conditions()];
  const page = compileOnce(`leads ${shape} ${after !== null}`, leadColumns, () =>
    queryBuilder
      .select(leadColumns)
      .from(leads)
      .where(and(...fitting(), ...(after ? [isAfter(sort.descending)] : [])))
      .orderBy(...inOrder(sort.descending))
      .limit(sql.placeholder("limit"))
      .offset(sql.placeholder("offset")),
  );
  const count = compileOnce(`leads total ${shape}`, totals, () =>
    queryBuilder
      .select(totals)
      .from(leads)
      .where(and(...fitting(), ...(narrowing.byId ? [] : [everMade]))),
  );
  const values = {
    ...narrowing.values,
    assignee,
    afterTime: after?.createdAt,
    afterId: after?.id,
    // One more than is shown tells whether there is a next page.
    limit: limit + 1,
    offset: (request.page - 1) * limit,
  };
  const { client } = tenant;
  const [found, sum] = await client.batch<Record<string, unknown>>([
    page.bind(client, values),
    ...(counted ? [count.bind(client, values)] : []),
  ]);
  const rows = (found?.results ?? []).map(page.row);
  const last = rows[limit - 1];
  const [first] = sum?.results ?? [];
  return {
    rows: rows.slice(0, limit),
    total: first ? count.row(first).total : null,
    nextCursor: last && rows.length > limit ? writeCursor(list, last) : null,
  };
}

function isAfter(descending: boolean): SQL {
  const compare = sql.raw(descending ? "<" : ">");
  const place = sql`(${sql.placeholder("afterTime")}, ${sql.placeholder("afterId")})`;
  return sql`(${leads.createdAt}, ${leads.id}) ${compare} ${place}`;
}

function inOrder(descending: boolean): SQL[] {
  const direction = sql.raw(descending ? "DESC" : "ASC");
  return [sql`${leads.createdAt} ${direction}`, sql`${leads.id} ${direction}`];
}
