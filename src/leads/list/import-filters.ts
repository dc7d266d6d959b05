import { and, eq, inArray, type SQL, sql } from "drizzle-orm";
import { importChunks, importMatches, imports, leads } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { fieldError } from "../../errors.ts";
import { nameOf } from "../../http/lists/conditions.ts";
import type { Filter } from "../../http/lists/list-query.ts";

/** What an import did to a lead that a list can be filtered by. */
export const IMPORT_OUTCOMES = ["created", "updated"] as const;

/** Up to so many leads are looked up one by one and sorted; of more, a page is found on the way through all leads. */
const FEW = 5_000;

/** Filters of a list by the imports of its leads. */
export interface ImportFilters {
  filters: Filter[];
  /** Whether the leads that were updated are so few that they are looked up one by one. */
  byId: boolean;
  /** Whether they are looked up so to be counted: counting stops soon. */
  countsById: boolean;
}

const OF_IMPORTS = ["import_code", "file_sha256"];
const UPDATED = "updated_by_";

/**
 * Reads what `import_outcome_eq` makes of filters by an import: without it they are for the leads that it created.
 *
 * @throws 400 where no import is named beside it.
 */
export async function readImportFilters(
  { db }: Tenant,
  companyId: number,
  filters: Filter[],
): Promise<ImportFilters> {
  const outcome = filters.find(({ field }) => field === "import_outcome");
  const others = filters.filter((filter) => filter !== outcome);
  const ofImports = others.filter(({ field }) => OF_IMPORTS.includes(field));
  if (outcome && ofImports.length === 0) {
    const detail = "is about an import: name it in import_code_eq, or its file in file_sha256_eq";
    throw fieldError("invalid_parameter", "import_outcome_eq", "alone", detail);
  }
  if (outcome?.value !== "updated") return { filters: others, byId: false, countsById: false };
  const named = ofImports.map(({ field, value }) =>
    inArray(field === "import_code" ? imports.importCode : imports.fileSha256, [String(value)]),
  );
  const sum = await db
    .select({ updated: sql<number>`coalesce(sum(${imports.updatedRecords}), 0)` })
    .from(imports)
    .where(and(eq(imports.companyId, companyId), ...named))
    .get();
  return {
    filters: others.map((filter) =>
      ofImports.includes(filter) ? { ...filter, field: `${UPDATED}${filter.field}` } : filter,
    ),
    byId: (sum?.updated ?? 0) <= FEW,
    countsById: true,
  };
}

/** Conditions on the import that created a lead, or updated it, by the field of their filter. */
export const IMPORT_CONDITIONS: Record<string, (filter: Filter, byId: boolean) => SQL> = {
  import_code: (filter) => isOfImports(importsWith(sql`i.import_code`, filter)),
  file_sha256: (filter) => isOfImports(importsWith(sql`i.file_sha256`, filter)),
  updated_by_import_code: (filter, byId) => isUpdatedBy(importsWith(sql`i.import_code`, filter), byId),
  updated_by_file_sha256: (filter, byId) => isUpdatedBy(importsWith(sql`i.file_sha256`, filter), byId),
};

function importsWith(column: SQL, filter: Filter): SQL {
  return sql`(SELECT i.id FROM ${imports} i
    WHERE i.company_id = ${sql.placeholder("companyId")} AND ${column} = ${sql.placeholder(nameOf(filter))})`;
}

/** The leads of an import came when its chunks were written: the index by time leads to them. */
function isOfImports(importIds: SQL): SQL {
  const written = (edge: string) =>
    sql`(SELECT ${sql.raw(edge)}(c.written_at) FROM ${importChunks} c WHERE c.import_id IN ${importIds})`;
  return sql`${leads.importId} IN ${importIds}
    AND ${leads.createdAt} >= ${written("min")} AND ${leads.createdAt} <= ${written("max")}`;
}

function isUpdatedBy(importIds: SQL, byId: boolean): SQL {
  const changed = sql`m.import_id IN ${importIds} AND m.changed`;
  return byId
    ? sql`${leads.id} IN (SELECT m.lead_id FROM ${importMatches} m WHERE ${changed})`
    : sql`EXISTS (SELECT 1 FROM ${importMatches} m INDEXED BY import_matches_lead
        WHERE m.lead_id = ${leads.id} AND ${changed})`;
}
