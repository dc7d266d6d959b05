import { pageMeta } from "../../src/http/lists/pagination.ts";
import type { ImportRow } from "../../src/imports/queries.ts";
import { viewImport } from "../../src/imports/view.ts";
import { STATEMENTS, USER_HEADER } from "./bare-statements.ts";

/**
 * The least that can answer the two reads of an import: the product's SQL and the product's bytes, without
 * router, validation, sign-in, access rules or query builder. It takes the caller's word for who they are.
 */

type Grant = [companyId: number, companyName: string, store: number, accessId: number];
type Root = [
  id: number,
  accessId: number,
  store: number,
  companies: number,
  above: number | null,
  name: string,
];

/** Demo Agency, whose imports are read. */
const COMPANY_ID = 1;

/** A row of `imports` under the names of its columns. */
type Row = { [Property in keyof ImportRow as Snake<Property>]: ImportRow[Property] };
type Snake<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${Snake<Rest>}`
  : "";

export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    const userId = Number(request.headers.get(USER_HEADER));
    const code = /^\/api\/v1\/import\/(\w+)$/.exec(url.pathname)?.[1];
    // One import is of the company that its caller was last at, which here is always the same.
    const [actor] = await env.DIRECTORY.prepare(STATEMENTS.actor)
      .bind("", Number(code === undefined), JSON.stringify(code === undefined ? [] : [COMPANY_ID]), userId)
      .raw<string[]>();
    if (!actor) return new Response(null, { status: 401 });
    const [email = "", , firstName, lastName, , , , , listed = "[]", granted = "[]"] = actor;
    const roots = (JSON.parse(listed) as Root[]).filter(([, , store]) => store === 0);
    const companyNames = new Map((JSON.parse(granted) as Grant[]).map(([id, name]) => [id, name]));
    for (const [id, , , , , name] of roots) companyNames.set(id, name);
    const surroundings = { env, origin: env.PUBLIC_URL, now: Date.now(), viewerId: userId };
    const importer = { fullName: `${firstName} ${lastName}`, email };
    const view = (row: Row) => {
      const companyName = companyNames.get(row.company_id) ?? "";
      return viewImport(importRow(row), { ...surroundings, companyName, importer });
    };

    if (code !== undefined) {
      const row = await env.LEADS_0.prepare(STATEMENTS.one).bind(code).first<Row>();
      return row && companyNames.has(row.company_id)
        ? json({ import_file: view(row) })
        : new Response(null, { status: 404 });
    }
    const rootId = roots[0]?.[0];
    const limit = Number(url.searchParams.get("limit"));
    const [page, total] = await env.LEADS_0.batch<Row & { total: number }>([
      env.LEADS_0.prepare(STATEMENTS.page).bind(rootId, limit + 1, 0),
      env.LEADS_0.prepare(STATEMENTS.total).bind(JSON.stringify([rootId])),
    ]);
    const count = total?.results[0]?.total ?? 0;
    return json({
      import_files: (page?.results ?? []).slice(0, limit).map(view),
      meta: pageMeta(1, limit, count),
    });
  },
} satisfies ExportedHandler<Env>;

function json(body: unknown): Response {
  return new Response(JSON.stringify(body), { headers: { "Content-Type": "application/json" } });
}

function importRow(row: Row): ImportRow {
  return {
    id: row.id,
    importCode: row.import_code,
    companyId: row.company_id,
    campaignId: row.campaign_id,
    importedBy: row.imported_by,
    status: row.status,
    onDuplicate: row.on_duplicate,
    fileName: row.file_name,
    fileBytes: row.file_bytes,
    fileSha256: row.file_sha256,
    fileKey: row.file_key,
    encoding: row.encoding,
    encodingConfidence: row.encoding_confidence,
    kind: row.kind,
    sheet: row.sheet,
    readBytes: row.read_bytes,
    delimiter: row.delimiter,
    headerLine: row.header_line,
    sameFileAs: row.same_file_as,
    checkpointOffset: row.checkpoint_offset,
    totalRecords: row.total_records,
    createdRecords: row.created_records,
    updatedRecords: row.updated_records,
    unchangedRecords: row.unchanged_records,
    duplicateRecords: row.duplicate_records,
    failedRecords: row.failed_records,
    warningRecords: row.warning_records,
    errorFileKey: row.error_file_key,
    failureCode: row.failure_code,
    failureDetail: row.failure_detail,
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
  };
}
