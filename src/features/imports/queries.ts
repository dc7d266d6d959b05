import { and, eq, sql } from "drizzle-orm";
import { queryBuilder } from "../../db/clients.ts";
import { compileOnce, type RowOf } from "../../db/compiled.ts";
import { DatabaseUnavailable } from "../../db/errors.ts";
import { askStores } from "../../db/leads/ask-stores.ts";
import { imports } from "../../db/leads/schema.ts";
import { ownedBy, ownedValues, type Tenant } from "../../db/leads/tenant.ts";
import {
  conditions,
  equals,
  filterValues,
  type ListRequest,
  orderBy,
  refuseDeepPage,
  shapeOf,
} from "../../http/list-query.ts";

const columns = {
  id: imports.id,
  importCode: imports.importCode,
  companyId: imports.companyId,
  campaignId: imports.campaignId,
  importedBy: imports.importedBy,
  status: imports.status,
  onDuplicate: imports.onDuplicate,
  fileName: imports.fileName,
  fileBytes: imports.fileBytes,
  fileSha256: imports.fileSha256,
  fileKey: imports.fileKey,
  sameFileAs: imports.sameFileAs,
  checkpointOffset: imports.checkpointOffset,
  totalRecords: imports.totalRecords,
  createdRecords: imports.createdRecords,
  updatedRecords: imports.updatedRecords,
  unchangedRecords: imports.unchangedRecords,
  duplicateRecords: imports.duplicateRecords,
  failedRecords: imports.failedRecords,
  warningRecords: imports.warningRecords,
  errorFileKey: imports.errorFileKey,
  failureCode: imports.failureCode,
  failureDetail: imports.failureDetail,
  createdAt: imports.createdAt,
  startedAt: imports.startedAt,
  finishedAt: imports.finishedAt,
};

const filterable = {
  id: imports.id,
  import_code: imports.importCode,
  status: imports.status,
  company_id: imports.companyId,
  campaign_id: imports.campaignId,
  file_processed_at: imports.finishedAt,
  created_at: imports.createdAt,
};

/** The row that the view of an import is made of. */
export type ImportRow = RowOf<typeof columns>;

/** An import by its code. @returns `undefined` where the tenant has none. */
export async function findImport(tenant: Tenant, importCode: string): Promise<ImportRow | undefined> {
  const query = compileOnce(`import ${tenant.companyIds === "all"}`, columns, () =>
    queryBuilder
      .select(columns)
      .from(imports)
      .where(and(eq(imports.importCode, sql.placeholder("importCode")), ownedBy(tenant, imports.companyId))),
  );
  const { results } = await query.bind(tenant.client, { importCode, ...ownedValues(tenant) }).all();
  return results[0] && query.row(results[0]);
}

/** An import by its id. @returns `undefined` where the tenant has none. */
export function findImportById(tenant: Tenant, id: number): Promise<ImportRow | undefined> {
  return tenant.db
    .select(columns)
    .from(imports)
    .where(and(eq(imports.id, id), ownedBy(tenant, imports.companyId)))
    .prepare()
    .get(ownedValues(tenant));
}

/**
 * A page of imports over the tenants' stores: each gives its first rows up to the end of the page, merged by the
 * key that the list is sorted by.
 *
 * @returns the page, and the numbers of the stores that did not answer.
 * @throws DatabaseUnavailable where none did.
 */
export async function listImports(tenants: Tenant[], request: ListRequest) {
  if (tenants.length > 1) refuseDeepPage(request);
  const skipped = (request.page - 1) * request.limit;
  const alone = tenants.length === 1;
  const { answers, unavailable } = await askStores(tenants, (tenant) =>
    pageOf(tenant, request, alone ? skipped : 0, alone ? request.limit : skipped + request.limit),
  );
  const [first] = unavailable;
  if (first !== undefined && answers.length === 0) throw new DatabaseUnavailable(`leads_${first}`);
  const rows = alone
    ? answers.flatMap((one) => one.rows)
    : answers
        .flatMap((one) => one.rows)
        .sort(byKey(request))
        .slice(skipped, skipped + request.limit);
  return { rows, total: answers.reduce((sum, one) => sum + one.total, 0), unavailable };
}

async function pageOf(tenant: Tenant, request: ListRequest, offset: number, limit: number) {
  const shape = `${tenant.companyIds === "all"} ${shapeOf(request)}`;
  const where = () => and(ownedBy(tenant, imports.companyId), ...conditions(request, filterable));
  const page = compileOnce(`imports ${shape}`, columns, () =>
    queryBuilder
      .select(columns)
      .from(imports)
      .where(where())
      .orderBy(...orderBy(request, filterable))
      .limit(sql.placeholder("limit"))
      .offset(sql.placeholder("offset")),
  );
  const totals = { total: sql<number>`count(*)`.as("total") };
  const total = compileOnce(`imports total ${shape}`, totals, () =>
    queryBuilder.select(totals).from(imports).where(where()),
  );
  const { client } = tenant;
  const values = { ...ownedValues(tenant), ...filterValues(request), limit, offset };
  const [rows, counted] = await client.batch<Record<string, unknown>>([
    page.bind(client, values),
    total.bind(client, values),
  ]);
  const [first] = counted?.results ?? [];
  return { rows: (rows?.results ?? []).map(page.row), total: first ? total.row(first).total : 0 };
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

/** Only the tenants that a list narrowed to one company has to ask. */
export function narrowToCompany(tenants: Tenant[], request: ListRequest): Tenant[] {
  const companyId = equals(request, "company_id");
  if (companyId === undefined) return tenants;
  return tenants.filter(({ companyIds }) => companyIds === "all" || companyIds.includes(Number(companyId)));
}
