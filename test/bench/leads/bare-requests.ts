import { loadActor, type UserActor } from "../../../src/auth/actor.ts";
import { CAMPAIGN } from "../../../src/cli/seed/data.ts";
import { type Databases, openDirectory } from "../../../src/db/clients.ts";
import { mintTenant } from "../../../src/db/leads/tenant.ts";
import { cursorMeta } from "../../../src/http/lists/pagination.ts";
import { exportLeads } from "../../../src/leads/export/export.ts";
import { listLeads } from "../../../src/leads/list/list-leads.ts";
import { leadsQuery } from "../../../src/leads/list/list-schemas.ts";
import { measureLeads } from "../../../src/leads/metrics/metrics.ts";
import { MetricsQuery } from "../../../src/leads/metrics/metrics-schemas.ts";
import { showLeads } from "../../../src/leads/show-leads.ts";
import { listStages } from "../../../src/stages/queries.ts";
import type { RunningWorker } from "../../harness/worker.ts";
import type { BareFigures, BareList, BareStatement } from "./bare-leads-worker.ts";

/** The time in which all leads arrived, fixed so that each answer has the same bytes. */
const DAY_MS = 24 * 60 * 60 * 1000;
const dateIn = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
/** Of which days metrics are asked for. */
export const MONTH = { from: dateIn(-30), to: dateIn(2) };

/** Leads that are found by an index: an export of them is over soon. */
export const SOME = { email_in: Array.from({ length: 50 }, (_, place) => `lead${place}@example.com`).join() };

/** The product's databases and its caller, which note what they are asked, who the caller is first of all. */
async function recording({ env }: RunningWorker, userId: number) {
  const trips: BareStatement[][] = [];
  // An isolate has the catalogue of stages already.
  await listStages(openDirectory(env.DIRECTORY));
  const directoryClient = recorder("DIRECTORY", env.DIRECTORY, trips);
  const actor = await actorOf({ DIRECTORY: directoryClient }, userId);
  const { companyId } = CAMPAIGN;
  const tenant = mintTenant(0, recorder("LEADS_0", env.LEADS_0, trips), [companyId]);
  const databases = { directory: openDirectory(directoryClient) } as Databases;
  return { trips, databases, seen: { actor, companyId, tenant } };
}

/** What the product asks its databases for a list, and what of its answer is not in the rows. */
export async function bareListOf(
  worker: RunningWorker,
  userId: number,
  query: Record<string, string>,
): Promise<BareList> {
  const { trips, databases, seen } = await recording(worker, userId);
  const request = leadsQuery.read(await leadsQuery.schema.parseAsync(query));
  const leadsPage = await listLeads(databases, seen, request, (rows) => showLeads(databases, seen, rows));
  const [[asked] = [], page = [], [names] = [], ...more] = trips;
  if (!asked || more.length > 0) throw new Error("the product asks for something else now");
  return { trips: { actor: asked, page, names }, limit: request.limit, meta: cursorMeta(request, leadsPage) };
}

/** The same for metrics. */
export async function bareMetricsOf(worker: RunningWorker, userId: number): Promise<BareFigures> {
  const { trips, databases, seen } = await recording(worker, userId);
  const query = await MetricsQuery.parseAsync(MONTH);
  const metrics = await measureLeads(databases, seen, query, Date.now());
  return { trips, body: JSON.stringify({ metrics }) };
}

/** The same for an export. */
export async function bareExportOf(worker: RunningWorker, userId: number): Promise<BareFigures> {
  const { trips, databases, seen } = await recording(worker, userId);
  const request = leadsQuery.read(await leadsQuery.schema.parseAsync(SOME));
  const reader = new AbortController();
  const { pieces } = await exportLeads(databases, seen, request, Date.now(), reader.signal);
  const decoder = new TextDecoder();
  let body = "";
  for await (const piece of pieces) body += decoder.decode(piece, { stream: true });
  // Reading a body as text drops its byte order mark.
  return { trips, body: body.replace("\uFEFF", "") };
}

/** The owner of the demo data. */
export async function actorOf({ DIRECTORY }: Pick<Env, "DIRECTORY">, userId: number): Promise<UserActor> {
  const actor = await loadActor(
    DIRECTORY,
    { userId, version: 0, session: "", expiresAt: 0 },
    {
      companyIds: [CAMPAIGN.companyId],
    },
  );
  if (!actor) throw new Error("the owner of the demo data is not there");
  return actor;
}

/** A database that notes what it is asked. */
function recorder(
  name: BareStatement["database"],
  database: D1Database,
  trips: BareStatement[][],
): D1Database {
  // What Miniflare gives is a proxy, which takes no other methods: they go around it.
  const noted = new Map<unknown, { note: BareStatement; statement: D1PreparedStatement }>();
  return {
    prepare: (sql: string) => ({
      bind(...values: unknown[]) {
        const statement = database.prepare(sql).bind(...values);
        const note = { database: name, sql, values };
        const around = {
          all() {
            trips.push([note]);
            return statement.all();
          },
          raw() {
            trips.push([note]);
            return statement.raw();
          },
        };
        noted.set(around, { note, statement });
        return around;
      },
    }),
    batch(statements: unknown[]) {
      const known = statements.flatMap((one) => noted.get(one) ?? []);
      trips.push(known.map(({ note }) => note));
      return database.batch(known.map(({ statement }) => statement));
    },
  } as unknown as D1Database;
}
