import { type SQL, sql } from "drizzle-orm";
import type { Tenant } from "../../db/leads/tenant.ts";
import { equals } from "../../http/lists/conditions.ts";
import type { ListRequest } from "../../http/lists/list-query.ts";
import type { ListTotal } from "../../http/lists/pagination.ts";
import { countLimit, totalOf } from "../../http/lists/read-page.ts";
import type { RecordWarning } from "../../leads/lead-record.ts";
import type { RejectionCode } from "../matching/refusal.ts";
import { MOST_LISTED } from "../pipeline/chunk/chunk-warnings.ts";
import { errorText, type TextLocale } from "./error-texts/texts.ts";
import type { ImportErrorGroupView, ImportErrorView } from "./errors-schemas.ts";

/** Of so many rejections the groups are counted. */
const GROUPED_REJECTIONS = 100_000;
const MOST_GROUPS = 1000;
/** How much of a cell is shown, in characters. */
export const MOST_SHOWN = 255;

/** A page of what an import rejected or warned of, with how many there are of each kind. */
export interface ImportErrorsPage {
  errors: ImportErrorView[];
  groups: ImportErrorGroupView[];
  total: ListTotal;
}

/** The id of an import, or an expression for it. */
export type ImportId = number | SQL;

interface ErrorRow {
  record: number;
  line: number | null;
  severity: "rejected" | "warning";
  code: RejectionCode | RecordWarning["code"];
  column: string | null;
  value: string | null;
  reason: string | null;
}

/**
 * Lists the rejected records of an import and those with warnings, by their numbers.
 *
 * @param locale the language of the reader.
 */
export async function listImportErrors(
  { db }: Tenant,
  importId: ImportId,
  request: ListRequest,
  locale: TextLocale,
): Promise<ImportErrorsPage> {
  const end = request.page * request.limit;
  const [rejected, warned] = [rejections(importId, request), warnings(importId, request)];
  const counted = (list: SQL) => sql`(SELECT count(*) FROM (SELECT 1 ${list} LIMIT ${countLimit(request)}))`;
  const [rows, [count], groups] = await Promise.all([
    // Each list by itself ends with the page: neither is sorted as a whole.
    db.all<ErrorRow>(sql`
      SELECT * FROM (
        SELECT * FROM (SELECT ${rejectionColumns(importId)} ${rejected} ORDER BY r.record_number LIMIT ${end + 1})
        UNION ALL
        SELECT * FROM (SELECT ${WARNING} ${warned} ORDER BY c.first_record, w.key LIMIT ${end + 1}))
      ORDER BY record, place LIMIT ${request.limit + 1} OFFSET ${end - request.limit}`),
    db.all<{ rejected: number; warned: number }>(
      sql`SELECT ${counted(rejected)} AS rejected, ${counted(warned)} AS warned`,
    ),
    readGroups(db, importId),
  ]);
  return {
    errors: rows.slice(0, request.limit).map((row) => viewError(row, locale)),
    groups,
    total: totalOf((count?.rejected ?? 0) + (count?.warned ?? 0), request, rows.length > request.limit),
  };
}

/** What is shown of a rejection. Its cells are no list any more where a person in them was erased. */
function rejectionColumns(importId: ImportId): SQL {
  return sql`r.record_number AS record, -1 AS place, r.line AS line, 'rejected' AS severity, r.code AS code,
    ${headerOf(importId, sql`r.cell`)} AS "column", substr(r.cells ->> r.cell, 1, ${MOST_SHOWN}) AS value,
    r.reason AS reason`;
}

/** The columns of an import as its rows have them, from `FROM` on; each with `key`, its place. */
function columnsOf(importId: ImportId): SQL {
  return sql`FROM json_each((SELECT layout -> '$.columns' FROM imports WHERE id = ${importId}))`;
}

/** The header of the column at a place; `NULL` beyond the last one. */
function headerOf(importId: ImportId, cell: SQL): SQL {
  return sql`(SELECT value ->> 'header' ${columnsOf(importId)} WHERE key = ${cell})`;
}

const GROUP = sql`json_extract(c.warnings, '$.groups[' || (w.value->>1) || ']')`;

const WARNING = sql`CAST(w.value->>0 AS INTEGER) AS record, w.key AS place, w.value->>2 AS line,
  'warning' AS severity, ${GROUP}->>0 AS code, nullif(${GROUP}->>1, '') AS "column", NULL AS value, NULL AS reason`;

/** What of rejections a request asks for, from `FROM` on. */
function rejections(importId: ImportId, request: ListRequest): SQL {
  const isAsked = equals(request, "severity") !== "warning";
  const column = equals(request, "column");
  const ofColumn =
    column === undefined
      ? sql``
      : sql`AND r.cell IN (SELECT key ${columnsOf(importId)} WHERE value ->> 'header' = ${column})`;
  return sql`FROM import_rejections r WHERE r.import_id = ${importId} AND ${Number(isAsked)} ${ofColumn}
    ${and(sql`r.code`, equals(request, "code"))} ${and(sql`r.record_number`, equals(request, "record"))}`;
}

/** The same of warnings. A record that was rejected after all has none. */
function warnings(importId: ImportId, request: ListRequest): SQL {
  const isAsked = equals(request, "severity") !== "rejected";
  return sql`FROM import_chunks c CROSS JOIN json_each(c.warnings, '$.records') w
    WHERE c.import_id = ${importId} AND c.warnings IS NOT NULL AND ${Number(isAsked)}
    ${and(sql`${GROUP}->>0`, equals(request, "code"))} ${and(sql`${GROUP}->>1`, equals(request, "column"))}
    ${and(sql`w.value->>0`, equals(request, "record"))}
    AND w.key < ${MOST_LISTED} AND NOT ${isRejected(importId)}`;
}

/** Whether the record of a warning was rejected after all. */
function isRejected(importId: ImportId): SQL {
  return sql`EXISTS (
    SELECT 1 FROM import_rejections r
    WHERE r.import_id = ${importId} AND r.record_number = CAST(w.value->>0 AS INTEGER))`;
}

function and(column: SQL, value: string | number | undefined): SQL {
  return value === undefined ? sql`` : sql`AND ${column} = ${value}`;
}

/** How many records of an import are rejected or have a warning, by kind and column. */
export function readGroups(db: Tenant["db"], importId: ImportId): Promise<ImportErrorGroupView[]> {
  return db.all<ImportErrorGroupView>(sql`
    SELECT * FROM (
      SELECT code, ${headerOf(importId, sql`grouped.cell`)} AS "column", 'rejected' AS severity, count FROM (
        SELECT code, cell, count(*) AS count
        FROM (SELECT code, cell FROM import_rejections WHERE import_id = ${importId} LIMIT ${GROUPED_REJECTIONS})
        GROUP BY code, cell) grouped
      UNION ALL
      SELECT code, nullif("column", '') AS "column", 'warning', sum(counted) AS count FROM (
        SELECT g.value->>0 AS code, g.value->>1 AS "column", g.value->>2 AS counted
        FROM import_chunks c CROSS JOIN json_each(c.warnings, '$.groups') g
        WHERE c.import_id = ${importId} AND c.warnings IS NOT NULL
        UNION ALL
        SELECT ${GROUP}->>0, ${GROUP}->>1, -count(*)
        FROM import_chunks c CROSS JOIN json_each(c.warnings, '$.records') w
        WHERE c.import_id = ${importId} AND c.warnings->>'$.mayBeRejected' AND ${isRejected(importId)}
        GROUP BY 1, 2)
      GROUP BY 1, 2 HAVING sum(counted) > 0)
    ORDER BY severity, count DESC, code, "column" LIMIT ${MOST_GROUPS}`);
}

function viewError({ reason: kept, ...row }: ErrorRow, locale: TextLocale): ImportErrorView {
  const { record, line, column, value, code, severity } = row;
  const { reason, hint } = errorText(code, kept, locale);
  return { record, line, column, value, code, severity, reason, hint };
}
