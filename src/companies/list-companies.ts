import { and, type SQL, sql } from "drizzle-orm";
import type { ListedRoot } from "../auth/access-roots.ts";
import type { CompanyActor } from "../auth/actor.ts";
import type { DirectoryDb } from "../db/clients.ts";
import { companies, companyAncestors } from "../db/directory/schema.ts";
import { mergedRows } from "../db/merged-rows.ts";
import { conditions, filterValues, orderBy } from "../http/lists/conditions.ts";
import type { ListRequest } from "../http/lists/list-query.ts";
import type { ListTotal } from "../http/lists/pagination.ts";
import { bindPlaceholders, countLimit, endPage, ONE, readPage } from "../http/lists/read-page.ts";
import { type CompanyRow, withMembership } from "./queries.ts";

const filterable = {
  id: companies.id,
  name: companies.name,
  parent_company_id: companies.parentCompanyId,
  without_owner_since: companies.withoutOwnerSince,
  created_at: companies.createdAt,
};

/** A page of the companies that the actor may see. */
export function listCompanies(
  db: DirectoryDb,
  actor: CompanyActor,
  request: ListRequest,
): Promise<{ rows: CompanyRow[]; total: ListTotal }> {
  if (actor.operator) {
    return readPage(db, request, filterable, {
      rows: withMembership(db),
      counted: db.select(ONE).from(companies),
    });
  }
  return listReached(db, actor.roots, request);
}

/**
 * The same for an actor with accesses: in the order of ids the trees below these are walked as far as the page goes,
 * and how many companies they have is kept.
 */
async function listReached(db: DirectoryDb, roots: ListedRoot[], request: ListRequest) {
  // What is below another root comes with that one.
  const tops = roots.filter(({ above }) => above === null);
  const filters = and(...conditions(request, filterable));
  const kept = filters && bindPlaceholders(filters, filterValues(request));
  const [id, key] = [sql`ca.company_id`, filterable[request.sort.field as keyof typeof filterable]];
  const direction = sql.raw(request.sort.descending ? "DESC" : "ASC");
  const reached = mergedRows(
    tops.map(({ companyId }) => companyId),
    (isRoot) => {
      const sortKey = key === companies.id ? id : sql`${key}`;
      const joined = sql`FROM ${companyAncestors} ca CROSS JOIN ${companies} ON ${companies.id} = ca.company_id`;
      const needed = kept || key !== companies.id ? joined : sql`FROM ${companyAncestors} ca`;
      return sql`SELECT ${id} AS id, ${sortKey} AS sort_key ${needed} WHERE ${and(isRoot(sql`ca.ancestor_id`), kept)}`;
    },
  );
  const onPage = sql`
    SELECT id FROM (${reached}) ORDER BY sort_key ${direction}, id ${direction}
    LIMIT ${request.limit + 1} OFFSET ${(request.page - 1) * request.limit}`;
  const total = kept
    ? sql<number>`(SELECT count(*) FROM (SELECT 1 FROM (${reached}) LIMIT ${countLimit(request)}))`
    : sql<number>`${tops.reduce((sum, root) => sum + root.companies, 0)}`;
  const [rows, [counted]] = await db.batch([
    withMembership(db)
      .where(sql`${companies.id} IN (${onPage})`)
      .orderBy(...orderBy(request, filterable)),
    db.select({ total: total.as("total") }).from(ONE_ROW),
  ]);
  return endPage(rows, counted?.total ?? 0, kept ? request : { ...request, exact: true });
}

const ONE_ROW: SQL = sql`(SELECT 1)`;
