import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CAMPAIGN, USERS } from "../../../src/cli/seed/data.ts";
import { openDirectory } from "../../../src/db/clients.ts";
import { mintTenant } from "../../../src/db/leads/tenant.ts";
import { listLeads } from "../../../src/leads/list/list-leads.ts";
import { leadsQuery } from "../../../src/leads/list/list-schemas.ts";
import { buildWorker } from "../../harness/build.ts";
import { type RunningWorker, startWorker } from "../../harness/worker.ts";
import { signIn } from "../measure/api-client.ts";
import { runLoad } from "../measure/load.ts";
import { median, quantile } from "../measure/statistics.ts";
import { alternate, bodyOf, speedOf } from "../measure/turns.ts";
import { actorOf, bareExportOf, bareListOf, bareMetricsOf, MONTH, SOME } from "./bare-requests.ts";
import { addManyLeads } from "./many-leads.ts";

const OWNER = "owner@demo.test";
const ALONE_MS = 4000;
const ROUNDS = 9;
const ROUND_MS = 1000;
const TOGETHER = 8;
const EXPORTS = 10;
const MOST_MS = 150;
const LEAST_RATIO = 0.8;

/**
 * Measures finding leads in one company of many: each list alone, with one connection, and with eight against a
 * Worker that does no more than the same SQL, by turns in the same workerd. Prints the figures.
 *
 * @returns what was slower than it may be.
 */
export async function benchLeads(count: number): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "leadsy-bench-"));
  try {
    const worker = await startWorker({
      script: await buildWorker(join(folder, "worker")),
      beside: await buildWorker(join(folder, "bare"), join(import.meta.dirname, "bare-leads-worker.ts")),
      folder,
    });
    try {
      return await measure(worker, count);
    } finally {
      await worker.stop();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function measure(worker: RunningWorker, count: number): Promise<string[]> {
  const userId = USERS.find(({ email }) => email === OWNER)?.id ?? 0;
  const { companyId } = CAMPAIGN;
  const start = performance.now();
  await addManyLeads(worker.env.LEADS_0, companyId, userId, count);
  console.log(`${count} leads made and indexed in ${((performance.now() - start) / 1000).toFixed(0)} s\n`);

  const authorization = await signIn(worker.url, OWNER);
  const base = `/api/v1/companies/${companyId}/leads`;
  const headers = { authorization };
  const problems: string[] = [];
  const lists = {
    "stage and assignee": { stage_eq: "2", assigned_to_eq: String(userId) },
    "text search": { q: "Apellido7 Nombre3" },
    "the first page": { limit: "25", count: "none" },
    "a deep page by cursor": {
      limit: "25",
      cursor: await deepCursor(worker, userId, Math.floor(count * 0.95)),
    },
  };

  console.log("one connection");
  for (const [name, query] of Object.entries(lists)) {
    const url = `${worker.url}${base}?${new URLSearchParams(query)}`;
    problems.push(...(await alone(name, { url, headers })));
  }
  if (await isThere(`${worker.url}${base}/metrics`, headers)) {
    problems.push(...(await alone("metrics", { url: `${worker.url}${base}/metrics`, headers })));
  }
  if (await isThere(`${worker.url}${base}/export?limit=1`, headers)) {
    const firsts: number[] = [];
    const ends: number[] = [];
    for (let turn = 0; turn < EXPORTS; turn++) {
      const { first, end } = await download(`${worker.url}${base}/export`, headers);
      firsts.push(first);
      ends.push(end);
    }
    problems.push(...report("first byte of the export", firsts));
    console.log(`  ${"the whole export".padEnd(26)} median ${(median(ends) / 1000).toFixed(1)} s`);
  }

  console.log(`\n${TOGETHER} connections, ${ROUNDS} rounds by turns; medians; the bare Worker in brackets`);
  for (const [name, query] of Object.entries(lists)) {
    const path = `/${name.replaceAll(" ", "-")}`;
    const body = JSON.stringify({ [path]: await bareListOf(worker, userId, query) });
    await fetch(`${worker.besideUrl}${path}`, { method: "PUT", body });
    const product = { url: `${worker.url}${base}?${new URLSearchParams(query)}`, headers };
    problems.push(...(await against(name, product, { url: worker.besideUrl + path, headers: {} })));
  }
  const some = new URLSearchParams(SOME);
  const figures = [
    ["metrics", `metrics?${new URLSearchParams(MONTH)}`, await bareMetricsOf(worker, userId)],
    ["an export of some leads", `export?${some}`, await bareExportOf(worker, userId)],
  ] as const;
  for (const [name, asked, bare] of figures) {
    const url = `${worker.besideUrl}/figures`;
    await fetch(url, { method: "PUT", body: JSON.stringify({ "/figures": bare }) });
    problems.push(
      ...(await against(name, { url: `${worker.url}${base}/${asked}`, headers }, { url, headers: {} })),
    );
  }
  return problems;
}

interface Target {
  url: string;
  headers: Record<string, string>;
}

async function alone(name: string, target: Target): Promise<string[]> {
  await runLoad({ ...target, connections: 1, milliseconds: ROUND_MS });
  const { latencies } = await runLoad({ ...target, connections: 1, milliseconds: ALONE_MS });
  return report(name, latencies);
}

function report(name: string, latencies: number[]): string[] {
  const [p50, p99] = [0.5, 0.99].map((share) => quantile(latencies, share));
  console.log(
    `  ${name.padEnd(26)} p50 ${p50?.toFixed(1)} ms, p99 ${p99?.toFixed(1)} ms (${latencies.length} requests)`,
  );
  return (p99 ?? 0) <= MOST_MS
    ? []
    : [`${name}: p99 of ${p99?.toFixed(0)} ms, at most ${MOST_MS} are allowed`];
}

async function against(name: string, product: Target, bare: Target): Promise<string[]> {
  const [said, bareSaid] = await Promise.all([bodyOf(product), bodyOf(bare)]);
  if (said !== bareSaid) return [`${name}: the bare Worker answers something else`];
  const turns = await alternate(product, bare, {
    connections: TOGETHER,
    rounds: ROUNDS,
    milliseconds: ROUND_MS,
  });
  const [mine, its] = [speedOf(turns.product), speedOf(turns.bare)];
  const ratio = mine / its;
  console.log(
    `  ${name.padEnd(26)} ${mine.toFixed(0)} requests/s (${its.toFixed(0)}), ratio ${ratio.toFixed(2)}`,
  );
  return ratio >= LEAST_RATIO
    ? []
    : [`${name}: ratio ${ratio.toFixed(2)}, at least ${LEAST_RATIO} is wanted`];
}

async function isThere(url: string, headers: Record<string, string>): Promise<boolean> {
  const answer = await fetch(url, { headers });
  await answer.body?.cancel();
  return answer.status !== 404;
}

/** Milliseconds until the first and the last byte of a body. */
function download(url: string, headers: Record<string, string>): Promise<{ first: number; end: number }> {
  const sent = performance.now();
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers, agent: false }, (answer) => {
      let first = 0;
      answer.on("data", () => {
        first ||= performance.now() - sent;
      });
      answer.on("error", reject);
      answer.on("end", () => resolve({ first, end: performance.now() - sent }));
    });
    asked.on("error", reject);
    asked.end();
  });
}

/** The cursor that the page which ends at a place of the company's list gives. */
async function deepCursor({ env }: RunningWorker, userId: number, place: number): Promise<string> {
  const actor = await actorOf(env, userId);
  const tenant = mintTenant(0, env.LEADS_0, [CAMPAIGN.companyId]);
  const request = leadsQuery.read(
    await leadsQuery.schema.parseAsync({ page: String(place), limit: "1", count: "none" }),
  );
  const seen = { actor, companyId: CAMPAIGN.companyId, tenant };
  const { nextCursor } = await listLeads(
    { directory: openDirectory(env.DIRECTORY) },
    seen,
    request,
    async () => {},
  );
  if (nextCursor === null) throw new Error("no deep cursor");
  return nextCursor;
}
