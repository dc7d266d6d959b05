import { and, eq, sql } from "drizzle-orm";
import { imports } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { cleanCell } from "../../leads/normalize/clean-cell.ts";
import type { ImportState } from "../import-state.ts";
import type { Layout } from "../readers/reader.ts";
import { isErrorFile, reportPlace } from "./report-columns.ts";

/** So many of a company's latest imports may be the one that an error file is of. */
const SEARCHED_IMPORTS = 1000;

/** What an import was sent with that counts for its error file, too. */
export const inheritedColumns = {
  campaignId: imports.campaignId,
  mapping: imports.mapping,
  constants: imports.constants,
  onDuplicate: imports.onDuplicate,
  matchBy: imports.matchBy,
  createMissing: imports.createMissing,
  source: imports.source,
};

/** An import whose error file was sent back. */
export type ParentImport = Pick<ImportState, "importCode" | "layout" | keyof typeof inheritedColumns>;

/**
 * Finds the import that an error file is of, by what its records say that they were rejected for: people rename files,
 * sort them and take records out. The one is chosen with which the most of the first records agree, in number, code and
 * reason; the latest of equal ones. Where fewer than half do, it is none.
 *
 * @param before an import of the company: only earlier ones are looked at; `null` looks at all.
 * @returns `null` where it is no error file, or that of an import which is not known any more.
 */
export async function findParent(
  { db }: Pick<Tenant, "db">,
  companyId: number,
  before: number | null,
  { header, sample }: Pick<Layout, "header" | "sample">,
): Promise<ParentImport | null> {
  if (!isErrorFile(header)) return null;
  const rejections = rejectionsIn(header, sample);
  if (rejections.length === 0) return null;
  const agreeing = (what: "code" | "reason") => sql`(
    SELECT count(*) FROM json_each(${JSON.stringify(rejections)}) j CROSS JOIN import_rejections r
    WHERE r.import_id = c.id AND r.record_number = j.value ->> 'record' AND ${sql.raw(`r.${what} = j.value ->> '${what}'`)})`;
  const best = await db.get<{ id: number; codes: number } | undefined>(sql`
    SELECT id, codes FROM (
      SELECT c.id, ${agreeing("code")} AS codes, ${agreeing("reason")} AS reasons FROM (
        SELECT id FROM imports
        WHERE company_id = ${companyId} AND id < ${before ?? Number.MAX_SAFE_INTEGER} AND failed_records > 0
          AND layout IS NOT NULL
        ORDER BY id DESC LIMIT ${SEARCHED_IMPORTS}) c)
    ORDER BY reasons DESC, codes DESC, id DESC LIMIT 1`);
  if (!best || best.codes * 2 < rejections.length) return null;
  const parent = await db
    .select({ importCode: imports.importCode, layout: imports.layout, ...inheritedColumns })
    .from(imports)
    .where(and(eq(imports.id, best.id), eq(imports.companyId, companyId)))
    .get();
  return parent ?? null;
}

interface Rejected {
  record: number;
  code: string;
  reason: string;
}

const NUMBER = /^\d{1,15}$/;

function rejectionsIn(header: string[], sample: string[][]): Rejected[] {
  const [row, code, reason] = (["_row", "_code", "_reason"] as const).map((name) =>
    reportPlace(header, name),
  );
  const cellOf = (cells: string[], place: number | undefined) => cleanCell(cells[place ?? -1] ?? "") ?? "";
  return sample.flatMap((cells) => {
    const record = cellOf(cells, row);
    return NUMBER.test(record)
      ? [{ record: Number(record), code: cellOf(cells, code), reason: cellOf(cells, reason) }]
      : [];
  });
}
