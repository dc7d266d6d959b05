import { and, eq, sql } from "drizzle-orm";
import type { SQLiteSelect } from "drizzle-orm/sqlite-core";
import type { CompanyActor } from "../../auth/actor.ts";
import { type Databases, queryBuilder } from "../../db/clients.ts";
import { compileOnce, type RowOf, underKeys } from "../../db/compiled.ts";
import { leadCounts, leads } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { readCursor, writeCursor } from "../../http/lists/cursor.ts";
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
 * A page of large leads is asked for a second time, when there is space for it.
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
  const scan = match
    ? scanByWords(match, tenant.store, sort.descending)
    : scanByTime(sort.descending, after !== null);

  const shape = `${scan.shape} ${assignee !== null} ${filter.byId} ${filter.shape}`;
  const byId = filter.byId || match !== undefined;
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
        const counted = selectOn(scan, ONE)
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
    ]);
  const read = async ([pageRows, sum]: D1Result<Record<string, unknown>>[]) => {
    const pageOfRows = (pageRows?.results ?? []).map(page.row);
    const rows = pageOfRows.filter(({ withheld }) => withheld === 0).slice(0, limit);
    const last = rows.at(-1);
    const isMore = pageOfRows.length > rows.length;
    const [first] = sum?.results ?? [];
    const exact = isWhole || request.exact === true;
    return {
      leads: await show(rows),
      isCut: isMore && rows.length < limit,
      total: first ? totalOf(count.row(first).total, { exact }, isMore) : null,
      nextCursor: last && isMore ? writeCursor(list, last) : null,
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

/** The index of words stands first in its join, so that SQLite goes through it and looks up each lead. */
function selectOn({ words }: LeadScan, selection: ReturnType<typeof underKeys> | typeof ONE): SQLiteSelect {
  const select = queryBuilder.select(selection as ReturnType<typeof underKeys>);
  return words ? select.from(leadSearch).$dynamic().crossJoin(leads) : select.from(leads).$dynamic();
}
