import { and, type SQL, sql } from "drizzle-orm";
import { queryBuilder } from "../../db/clients.ts";
import { compileOnce, underKeys } from "../../db/compiled.ts";
import { DatabaseUnavailable } from "../../db/errors.ts";
import { askStores } from "../../db/leads/ask-stores.ts";
import { importCounts, importScopes, imports } from "../../db/leads/schema.ts";
import { ownedBy, ownedValues, type Tenant } from "../../db/leads/tenant.ts";
import { mergedRows } from "../../db/merged-rows.ts";
import { conditions, filterValues, orderBy, shapeOf } from "../../http/lists/conditions.ts";
import { type ListRequest, refuseDeepPage } from "../../http/lists/list-query.ts";
import type { ListTotal } from "../../http/lists/pagination.ts";
import { countLimit, endPage } from "../../http/lists/read-page.ts";
import { type ImportRow, importColumns } from "../queries.ts";
import type { ImportsSeen } from "../scope.ts";

const filterable = {
  id: imports.id,
  import_code: imports.importCode,
  status: imports.status,
  company_id: imports.companyId,
  campaign_id: imports.campaignId,
  file_processed_at: imports.finishedAt,
  created_at: imports.createdAt,
};

/**
 * A page of imports over stores: each gives its first rows up to the end of the page, merged by the key that the
 * list is sorted by.
 *
 * @returns the page, and the numbers of the stores that did not answer.
 * @throws DatabaseUnavailable where none did.
 */
export async function listImports(
  { tenants, below }: ImportsSeen,
  request: ListRequest,
): Promise<{ rows: ImportRow[]; total: ListTotal; unavailable: number[] }> {
  if (tenants.length > 1) refuseDeepPage(request);
  const skipped = (request.page - 1) * request.limit;
  const alone = tenants.length === 1;
  // One more than is shown tells whether there is a next page.
  const end = request.limit + 1;
  const { answers, unavailable } = await askStores(tenants, (tenant) =>
    pageOf(tenant, below, request, alone ? skipped : 0, alone ? end : skipped + end),
  );
  const [sick] = unavailable;
  if (sick !== undefined && answers.length === 0) throw new DatabaseUnavailable(`leads_${sick}`);
  const all = answers.flatMap((one) => one.rows);
  const rows = alone ? all : all.sort(byKey(request)).slice(skipped, skipped + end);
  const counted = answers.reduce((sum, one) => sum + one.total, 0);
  const exact = answers.every((one) => one.exact);
  return { ...endPage(rows, counted, { ...request, exact }), unavailable };
}

const totals = { total: sql<number>``.as("total") };

async function pageOf(tenant: Tenant, below: boolean, request: ListRequest, offset: number, limit: number) {
  const owners = below && tenant.companyIds !== "all" ? tenant.companyIds : null;
  // How many there are below a company is kept; what is filtered is counted.
  const kept = owners !== null && request.filters.length === 0;
  const shape = `${scopeShape(tenant, owners)} ${shapeOf(request)}`;
  const page = compileOnce(`imports ${shape}`, importColumns, () => {
    const order = orderBy(request, filterable);
    if (owners === null) {
      const all = queryBuilder
        .select(underKeys(importColumns))
        .from(imports)
        .where(ownedAndFiltered(tenant, request));
      return all
        .orderBy(...order)
        .limit(sql.placeholder("limit"))
        .offset(sql.placeholder("offset"));
    }
    if (owners.length === 1) {
      return queryBuilder
        .select(underKeys(importColumns))
        .from(importScopes)
        .crossJoin(imports)
        .where(
          and(
            sql`${importScopes.ancestorId} = ${sql.placeholder("owner0")} AND ${imports.id} = ${importScopes.importId}`,
            ...conditions(request, filterable),
          ),
        )
        .orderBy(...orderBy(request, { ...filterable, id: importScopes.importId }))
        .limit(sql.placeholder("limit"))
        .offset(sql.placeholder("offset"));
    }
    const direction = sql.raw(request.sort.descending ? "DESC" : "ASC");
    const onPage = sql`
      SELECT id FROM (${inScopes(owners, request)}) ORDER BY sort_key ${direction}, id ${direction}
      LIMIT ${sql.placeholder("limit")} OFFSET ${sql.placeholder("offset")}`;
    return queryBuilder
      .select(underKeys(importColumns))
      .from(imports)
      .where(sql`${imports.id} IN (${onPage})`)
      .orderBy(...order);
  });
  const total = compileOnce(`imports total ${kept} ${shape}`, totals, () => ({
    toSQL: () => queryBuilder.all(kept ? keptTotal() : countedTotal(tenant, owners, request)).getQuery(),
  }));
  const { client } = tenant;
  const values = {
    ...ownedValues(tenant),
    ...Object.fromEntries((owners ?? []).map((id, index) => [`owner${index}`, id])),
    ...filterValues(request),
    limit,
    offset,
    most: countLimit(request),
  };
  const [rows, counted] = await client.batch<Record<string, unknown>>([
    page.bind(client, values),
    total.bind(client, values),
  ]);
  const [first] = counted?.results ?? [];
  return {
    rows: (rows?.results ?? []).map(page.row),
    total: first ? total.row(first).total : 0,
    exact: kept || request.exact === true,
  };
}

/** Leads that came in a request are no file of anybody's: the scopes have no such import either. */
const IS_FILE = sql.raw("imports.is_batch = 0");

function ownedAndFiltered(tenant: Tenant, request: ListRequest): SQL | undefined {
  return and(ownedBy(tenant, imports.companyId), IS_FILE, ...conditions(request, filterable));
}

/** The imports of companies and of all below these, walked in the order of ids as far as a page goes. */
function inScopes(owners: readonly number[], request: ListRequest): SQL {
  const key = filterable[request.sort.field as keyof typeof filterable];
  const byId = key === imports.id;
  const filters = conditions(request, filterable);
  const needed = filters.length > 0 || !byId;
  const from = needed
    ? sql`FROM ${importScopes} s CROSS JOIN ${imports} ON ${imports.id} = s.import_id`
    : sql`FROM ${importScopes} s`;
  const sortKey = byId ? sql`s.import_id` : sql`${key}`;
  return mergedRows(
    owners,
    (isOwner) =>
      sql`SELECT s.import_id AS id, ${sortKey} AS sort_key ${from} WHERE ${and(isOwner(sql`s.ancestor_id`), ...filters)}`,
    { one: (index) => sql.placeholder(`owner${index}`), all: sql.placeholder("companyIds") },
  );
}

function keptTotal(): SQL {
  return sql`
    SELECT coalesce(sum(${importCounts.imports}), 0) AS total FROM ${importCounts}
    WHERE ${importCounts.ancestorId} IN (SELECT value FROM json_each(${sql.placeholder("companyIds")}))`;
}

function countedTotal(tenant: Tenant, owners: readonly number[] | null, request: ListRequest): SQL {
  const rows =
    owners === null
      ? sql`SELECT 1 FROM ${imports} WHERE ${ownedAndFiltered(tenant, request)}`
      : sql`SELECT 1 FROM (${inScopes(owners, request)})`;
  return sql`SELECT count(*) AS total FROM (${rows} LIMIT ${sql.placeholder("most")})`;
}

/** Tells queries over different kinds of scopes apart; see `mergedRows`. */
function scopeShape(tenant: Tenant, owners: readonly number[] | null): string {
  return owners === null ? String(tenant.companyIds === "all") : `below ${Math.min(owners.length, 5)}`;
}

function byKey({ sort }: ListRequest) {
  const keys: Record<string, (row: ImportRow) => number> = {
    id: (row) => row.id,
    created_at: (row) => row.createdAt,
    // SQLite puts NULL before every value.
    file_processed_at: (row) => row.finishedAt ?? Number.NEGATIVE_INFINITY,
  };
  const key = keys[sort.field] ?? ((row: ImportRow) => row.id);
  const sign = sort.descending ? -1 : 1;
  return (a: ImportRow, b: ImportRow) => {
    const [left, right] = [key(a), key(b)];
    return sign * (left === right ? a.id - b.id : left < right ? -1 : 1);
  };
}
