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

export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    const userId = Number(request.headers.get(USER_HEADER));
    const code = /^\/api\/v1\/import\/(\w+)$/.exec(url.pathname)?.[1];
    // One import is of the company that its caller was last at, which here is always the same.
    const roots = code === undefined ? -1 : 0;
    const companyIds = JSON.stringify(code === undefined ? [] : [COMPANY_ID]);
    const [actor] = await env.DIRECTORY.prepare(STATEMENTS.actor)
      .bind("", roots, roots, companyIds, userId)
      .raw<string[]>();
    if (!actor) return new Response(null, { status: 401 });
    const [email = "", , firstName, lastName, , , , , listed = "[]", granted = "[]"] = actor;
    const seen = (JSON.parse(listed) as Root[]).filter(([, , store]) => store === 0);
    const companyNames = new Map((JSON.parse(granted) as Grant[]).map(([id, name]) => [id, name]));
    for (const [id, , , , , name] of seen) companyNames.set(id, name);
    const surroundings = { env, origin: env.PUBLIC_URL, now: Date.now(), viewerId: userId };
    const importer = { fullName: `${firstName} ${lastName}`, email };
    const view = (row: ImportRow) => {
      const companyName = companyNames.get(row.companyId) ?? "";
      return viewImport(row, { ...surroundings, companyName, importer });
    };

    if (code !== undefined) {
      const row = await env.LEADS_0.prepare(STATEMENTS.one).bind(code).first<ImportRow>();
      return row && companyNames.has(row.companyId)
        ? json({ import_file: view(row) })
        : new Response(null, { status: 404 });
    }
    const rootId = seen[0]?.[0];
    const limit = Number(url.searchParams.get("limit"));
    const [page, total] = await env.LEADS_0.batch<ImportRow & { total: number }>([
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
