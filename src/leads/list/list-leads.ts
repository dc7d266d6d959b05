import { and, eq, sql } from "drizzle-orm";
import type { SQLiteSelect } from "drizzle-orm/sqlite-core";
import type { CompanyActor } from "../../auth/actor.ts";
import { type Databases, queryBuilder } from "../../db/clients.ts";
import { compileOnce, type RowOf, underKeys } from "../../db/compiled.ts";
import { leadCounts, leads } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { type Place, readCursor, writeCursor } from "../../http/lists/cursor.ts";
import type { CursorPage } from "../../http/lists/pagination.ts";
import { countLimit, ONE, totalOf } from "../../http/lists/read-page.ts";
import { listStages } from "../../stages/queries.ts";
import { readLarge } from "../large-reads.ts";
import { leadColumns } from "../queries.ts";
import { visibleAssignee, visibleLeadsCondition } from "../scope.ts";
import { resolveLeadFilter } from "./filters.ts";
import { type LeadScan, scanByTime, scanByWords } from "./lead-scans.ts";
import type { LeadsRequest } from "./list-schemas.ts";
import { endByBytes, HEAVY_PAGE, LIGHT_PAGE, PAGE_BYTES, pageColumns, WITHHELD } from "./page-bytes.ts";
import { isScan, runScan } from "./scan-gate.ts";
import { leadSearch } from "./search/tables.ts";
import { scanByUpdate, sortByUpdate } from "./updated-scans.ts";

/** Whose list it is, and of which company. */
export interface LeadsSeen {
  actor: CompanyActor;
  companyId: number;
  tenant: Tenant;
}

/** A lead as it stands in a page. */
type PageRow = RowOf<typeof leadColumns>;

/** A page of leads. */
export interface LeadsPage<Shown> extends CursorPage {
  leads: Shown;
}

const totals = { total: sql<number>`count(*)`.as("total") };

/**
 * A page of the leads that somebody sees in a company: one round trip for its rows and their count.
 *
 * Whatever the filters, the rows come in the order of an index: a page ends where it is full. Only leads that are
 * found by their tags or ids are sorted.
 *
 * A page of large leads is asked for a second time, when there is space for it. By the time of the last change, a page
 * can end before it is full, with a cursor: it looks at so many leads and no more.
 *
 * @param show makes of the rows what is kept of them.
 * @throws 400 where a filter or the cursor does not fit, 503 where others read large leads for too long.
 */
export async function listLeads<Shown>(
  { directory }: Pick<Databases, "directory">,
  { actor, companyId, tenant }: LeadsSeen,
  request: LeadsRequest,
  show: (rows: PageRow[]) => Promise<Shown>,
): Promise<LeadsPage<Shown>> {
  const { cursor, counted, limit, match, sort } = request;
  const assignee = visibleAssignee(actor, companyId);
  // What is looked for is the way itself here, and no condition.
  const plain = { ...request, match: undefined };
  const filter = await resolveLeadFilter(tenant, { companyId, assignee }, await listStages(directory), plain);
  const list = [filter.shape, filter.values, match];
  const after = cursor === undefined ? null : readCursor(list, cursor);
  const scan = scanFor(request, tenant.store, filter.byId, after);

  const shape = `${scan.shape} ${assignee !== null} ${filter.byId} ${filter.shape}`;
  const byId = filter.byId || match !== undefined || scan.walk !== undefined;
  const countsById = filter.countsById || match !== undefined;
  const fitting = (counting: boolean) => [
    visibleLeadsCondition(assignee, counting ? countsById : byId),
    ...filter.conditions(counting && !match),
  ];
  const page = compileOnce(`leads ${shape}`, pageColumns, () =>
    endByBytes(
      selectOn(scan, underKeys(leadColumns))
        .where(and(...scan.onPage(), ...fitting(false)))
        .orderBy(...scan.order())
        .limit(sql.placeholder("limit"))
        .offset(sql.placeholder("offset"))
        .getSQL(),
      Object.keys(leadColumns),
    ),
  );
  const isWhole = assignee === null && !match && [...request.filters, ...request.named].length === 0;
  const count = isWhole
    ? countOfCompany()
    : compileOnce(`leads total ${shape}`, totals, () => {
        const counted = selectOn(scan, ONE, true)
          .where(and(...(countsById && !match ? [] : scan.counted()), ...fitting(true)))
          .limit(sql.placeholder("most"));
        return queryBuilder.select(totals).from(sql`(${counted.getSQL()})`);
      });
  const values = {
    ...filter.values,
    ...scan.values(after),
    assignee,
    // One more than is shown tells whether there is a next page.
    limit: limit + 1,
    offset: (request.page - 1) * limit,
    most: countLimit(request),
  };
  const { client } = tenant;
  const inTurn = <T>(work: () => Promise<T>) =>
    isScan(request, assignee) ? runScan(companyId, work) : work();
  const ask = (weight: typeof LIGHT_PAGE) =>
    client.batch<Record<string, unknown>>([
      page.bind(client, { ...values, ...weight }),
      ...(counted ? [count.bind(client, { ...values, ...scan.values(null) })] : []),
      ...(scan.walk ? [endOfWalk(scan.walk, sort.descending).bind(client, values)] : []),
    ]);
  const read = async (results: D1Result<Record<string, unknown>>[]) => {
    const [pageRows, sum] = [results[0], counted ? results[1] : undefined];
    const walkEnd = scan.walk && (results.at(-1)?.results[0] as { lead: number; at: number } | undefined);
    const pageOfRows = (pageRows?.results ?? []).map(page.row);
    const rows = pageOfRows.filter(({ withheld }) => withheld === 0).slice(0, limit);
    const last = rows.at(-1);
    const isMore = pageOfRows.length > rows.length;
    const [first] = sum?.results ?? [];
    const exact = isWhole || request.exact === true;
    const next =
      last && isMore ? scan.placeOf(last) : walkEnd ? { createdAt: walkEnd.at, id: walkEnd.lead } : null;
    return {
      leads: await show(rows),
      // Pages that end where a walk does cannot be counted by their numbers.
      isCut: next !== null && (rows.length < limit || scan.walk !== undefined),
      total: first ? totalOf(count.row(first).total, { exact }, isMore) : null,
      nextCursor: next && writeCursor(list, next),
    };
  };
  const light = await inTurn(() => ask(LIGHT_PAGE));
  if (!light[0]?.results.some((row) => row[WITHHELD] === 1)) return read(light);
  return inTurn(() => readLarge(tenant.store, PAGE_BYTES, async () => read(await ask(HEAVY_PAGE))));
}

/** How many leads a company has, which is counted as they come and go. */
function countOfCompany() {
  return compileOnce("leads total of a company", totals, () =>
    queryBuilder
      .select({ total: sql<number>`coalesce(sum(${leadCounts.leads}), 0)`.as("total") })
      .from(leadCounts)
      .where(eq(leadCounts.companyId, sql.placeholder("companyId"))),
  );
}

/** How the leads of a list come in its order. @param byId whether filters name them one by one. */
function scanFor(
  { match, sort, filters }: LeadsRequest,
  store: number,
  byId: boolean,
  after: Place | null,
): LeadScan {
  if (match) return scanByWords(match, store, sort.descending);
  if (sort.field === "created_at") return scanByTime(sort.descending, after !== null);
  return byId ? sortByUpdate(sort.descending, after !== null) : scanByUpdate(sort.descending, filters);
}

/**
 * What leads to leads stands first in its join, so that SQLite goes through it and looks up each.
 *
 * @param counting whether leads are counted, for which their order is nothing.
 */
function selectOn(
  { words, walk }: LeadScan,
  selection: ReturnType<typeof underKeys> | typeof ONE,
  counting = false,
): SQLiteSelect {
  const select = queryBuilder.select(selection as ReturnType<typeof underKeys>);
  if (words) return select.from(leadSearch).$dynamic().crossJoin(leads);
  if (walk && !counting) return select.from(sql`(${walk.over}) w CROSS JOIN ${leads}`).$dynamic();
  return select.from(leads).$dynamic();
}

const walkEnds = { lead: sql<number>``.as("lead"), at: sql<number>``.as("at") };

/** Where a walk has looked at as many places as it may: it goes on there. None where it came to its end. */
function endOfWalk({ over, most }: NonNullable<LeadScan["walk"]>, descending: boolean) {
  return compileOnce(`leads end of walk ${descending}`, walkEnds, () => ({
    toSQL: () =>
      queryBuilder
        .all(sql`SELECT lead, at FROM (${over}) LIMIT 1 OFFSET ${sql.raw(String(most - 1))}`)
        .getQuery(),
  }));
}
