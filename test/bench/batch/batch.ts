import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CAMPAIGN } from "../../../src/cli/seed/data.ts";
import { MAX_BATCH_LEADS } from "../../../src/imports/batch/batch-schemas.ts";
import { buildWorker } from "../../harness/build.ts";
import { startWorker } from "../../harness/worker.ts";
import { signIn } from "../measure/api-client.ts";
import { quantile } from "../measure/statistics.ts";

/** What an integrator sends who keeps up with another system. */
export interface BatchBench {
  seconds: number;
  leadsPerSecond: number;
  leadsPerRequest: number;
}

/** How many requests wait for their answers at the most. */
const CONNECTIONS = 4;
/** Of the leads of a request so many are known from earlier ones, and change. */
const KNOWN = 5;

/**
 * Sends leads by `PUT /companies/{id}/leads/batch` at a steady rate for a time: each request when its turn is, however
 * long those before it take. Prints the figures.
 *
 * @returns what was wrong: answers that were refused, leads without the outcome that they should have, a rate that was
 * not kept up.
 */
export async function benchBatch({
  seconds,
  leadsPerSecond,
  leadsPerRequest,
}: BatchBench): Promise<string[]> {
  const size = Math.min(leadsPerRequest, MAX_BATCH_LEADS);
  const folder = await mkdtemp(join(tmpdir(), "leadsy-bench-"));
  try {
    const script = await buildWorker(join(folder, "worker"));
    const worker = await startWorker({ script, folder });
    await worker.env.DIRECTORY.prepare("UPDATE memberships SET max_leads = 100000000").run();
    try {
      const authorization = await signIn(worker.url, "owner@demo.test");
      const send = (first: number) =>
        fetch(`${worker.url}/api/v1/companies/${CAMPAIGN.companyId}/leads/batch`, {
          method: "PUT",
          headers: { authorization, "Content-Type": "application/json", "Idempotency-Key": `batch-${first}` },
          body: JSON.stringify({
            match_by: ["external_id"],
            campaign_id: CAMPAIGN.id,
            leads: leadsFrom(first, size),
          }),
        });
      await send(-size);
      const result = await sendSteadily({ seconds, leadsPerSecond, size, send });
      const cpu = worker.processorTime();
      report(result, size, cpu);
      const stored = await worker.env.LEADS_0.prepare(
        "SELECT count(*) AS n FROM leads WHERE company_id = ? AND external_id LIKE 'bench-%'",
      )
        .bind(CAMPAIGN.companyId)
        .first<number>("n");
      const expected = result.requests * (size - KNOWN) + size;
      return [
        ...result.problems,
        ...(stored === expected ? [] : [`${stored} leads are stored, and not ${expected}`]),
        ...(result.rate >= leadsPerSecond
          ? []
          : [`${Math.round(result.rate)} leads/s, and not ${leadsPerSecond}`]),
      ];
    } finally {
      await worker.stop();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Leads of a request: all new but the first few, whom the request before it brought. */
function leadsFrom(first: number, size: number) {
  return Array.from({ length: size }, (_, place) => {
    const n = place < KNOWN && first >= 0 ? first - 1 - place : first + place;
    return {
      external_id: `bench-${n}`,
      email: `bench${n}@leads.test`,
      phone: `+5255${String(10_000_000 + (n + size)).padStart(8, "0")}`,
      first_name: "Lucía",
      last_name: `Romero ${n}`,
      city: `City ${first}`,
      custom_fields: { Plan: n % 2 ? "Pro" : "Basic" },
    };
  });
}

interface Steady {
  seconds: number;
  leadsPerSecond: number;
  size: number;
  send(first: number): Promise<Response>;
}

interface Result {
  requests: number;
  rate: number;
  latencies: number[];
  problems: string[];
}

async function sendSteadily({ seconds, leadsPerSecond, size, send }: Steady): Promise<Result> {
  const total = Math.ceil((seconds * leadsPerSecond) / size);
  const pause = (size / leadsPerSecond) * 1000;
  const latencies: number[] = [];
  const problems: string[] = [];
  const start = performance.now();
  let next = 0;
  const connection = async () => {
    for (let turn = next++; turn < total; turn = next++) {
      const due = start + turn * pause;
      await sleep(Math.max(0, due - performance.now()));
      const answer = await send(turn * size);
      const text = await answer.text();
      latencies.push(performance.now() - due);
      const { ledger } = answer.ok ? JSON.parse(text) : {};
      const isRight = ledger?.created_records === size - KNOWN && ledger.updated_records === KNOWN;
      if (!isRight)
        problems.push(`request ${turn}: ${answer.status} ${JSON.stringify(ledger) ?? text.slice(0, 200)}`);
    }
  };
  // One after another: a later request updates what the one before it brought.
  await Promise.all(Array.from({ length: pause < 250 ? 1 : CONNECTIONS }, connection));
  const took = Math.max(performance.now() - start, total * pause);
  return { requests: total, rate: (total * size * 1000) / took, latencies, problems };
}

function report({ requests, rate, latencies, problems }: Result, size: number, cpu: number): void {
  const ms = (part: number) => `${Math.round(quantile(latencies, part))} ms`;
  console.log(
    `batch: ${requests} requests of ${size} leads, ${Math.round(rate)} leads/s, ${problems.length} errors; ` +
      `answers p50 ${ms(0.5)}, p99 ${ms(0.99)}, from when each was due; workerd ${cpu.toFixed(1)} s of processor`,
  );
}
