import type * as z from "zod";
import type { LeadsMeta } from "../../../src/leads/list/list-schemas.ts";
import type { LeadRow } from "../../../src/leads/queries.ts";
import { viewLead } from "../../../src/leads/view.ts";
import type { StageRow } from "../../../src/stages/queries.ts";

/**
 * The least that can answer a list of leads: the product's SQL, which it is given beforehand, and the product's
 * bytes, without router, validation, sign-in, access rules or query builder.
 */

/** One statement, as the product sends it. */
export interface BareStatement {
  database: "DIRECTORY" | "LEADS_0";
  sql: string;
  values: unknown[];
}

/** What an address runs, one round trip after another, and what it needs to know to show the rows. */
export interface BareList {
  /** Who the caller is; the page and its count; the names of those who work its leads. */
  trips: { actor: BareStatement; page: BareStatement[]; names?: BareStatement | undefined };
  limit: number;
  meta: z.input<typeof LeadsMeta>;
}

/** What an address runs whose answer is said beforehand: figures cost their queries, and little besides. */
export interface BareFigures {
  trips: BareStatement[][];
  body: string;
}

let known: Record<string, BareList | BareFigures> = {};
let stages: StageRow[] | undefined;

/** A row of `leads` as the product selects it. */
type Row = Record<string, number | string | null> & { tags: string; provenance: string | null };
interface Name {
  id: number;
  first_name: string;
  last_name: string;
}

export default {
  async fetch(request, env) {
    if (request.method === "PUT") {
      known = await request.json();
      return new Response(null, { status: 204 });
    }
    const list = known[new URL(request.url).pathname];
    if (!list) return new Response(null, { status: 404 });
    if ("body" in list) {
      for (const trip of list.trips) {
        await env[trip[0]?.database ?? "LEADS_0"].batch(trip.map((one) => prepare(env, one)));
      }
      return json(list.body);
    }
    const { actor, page, names } = list.trips;
    const prepared = (statement: BareStatement) => prepare(env, statement);

    stages ??= (await env.DIRECTORY.prepare("SELECT * FROM stages").all<StageRow>()).results;
    const [caller] = (await prepared(actor).all<{ grants: string }>()).results;
    if (!caller) return new Response(null, { status: 401 });
    JSON.parse(caller.grants);
    const [rows, total] = await env.LEADS_0.batch<Row & { total: number }>(page.map(prepared));
    const users = names ? (await prepared(names).all<Name>()).results : [];

    const userNames = new Map(users.map((one) => [one.id, `${one.first_name} ${one.last_name}`]));
    const around = { stages, userNames, questionKeys: new Map() };
    const leads = (rows?.results ?? []).slice(0, list.limit).map((row) => viewLead(leadRow(row), around));
    const records = total?.results[0]?.total ?? null;
    const meta = { ...list.meta, ...(!list.meta.total_is_at_least && { total_records: records }) };
    return json(JSON.stringify({ leads, meta }));
  },
} satisfies ExportedHandler<Env>;

function prepare(env: Env, { database, sql, values }: BareStatement): D1PreparedStatement {
  return env[database].prepare(sql).bind(...values);
}

function json(body: string): Response {
  return new Response(body, { headers: { "Content-Type": "application/json" } });
}

/** What SQLite keeps as text. */
function leadRow(row: Row): LeadRow {
  const { answers, customFields } = row;
  return {
    ...row,
    answers: answers && JSON.parse(String(answers)),
    customFields: customFields && JSON.parse(String(customFields)),
  } as unknown as LeadRow;
}
