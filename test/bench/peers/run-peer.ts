import { spawn } from "node:child_process";
import { openAsBlob } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { SignJWT } from "jose";
import { CAMPAIGN } from "../../../src/cli/seed/data.ts";
import { COUNTRY, type Truth } from "../../fixtures/generate-leads.ts";
import { POLL_MS } from "../measure/product-import.ts";

/** What an import by the hand-written server took. */
export interface PeerRound {
  seconds: number;
  /** How long each status poll took, in milliseconds. */
  polls: number[];
  problems: string[];
}

interface PeerImport {
  id: number;
  status: "pending" | "processing" | "completed" | "failed";
  failure: string | null;
  total: number;
  created: number;
  duplicate: number;
  failed: number;
  warnings: number;
  finished_at: number;
}

/** Starts the server in a process of its own, imports the file from the upload's start until its end, ends it. */
export async function runPeer(run: {
  folder: string;
  path: string;
  truth: Truth;
  secret: string;
}): Promise<PeerRound> {
  const { folder, path, truth, secret } = run;
  const server = spawn(process.execPath, [join(import.meta.dirname, "server.ts"), folder, secret], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const url = await firstLine(server.stdout);
    const token = await new SignJWT({ sub: "1" })
      .setProtectedHeader({ alg: "HS256" })
      .setExpirationTime("1h")
      .sign(new TextEncoder().encode(secret));
    const headers = { authorization: `Bearer ${token}` };
    const query = new URLSearchParams({
      company_id: String(CAMPAIGN.companyId),
      campaign_id: String(CAMPAIGN.id),
      country: COUNTRY,
      file_name: "leads.csv",
    });

    const file = await openAsBlob(path, { type: "text/csv" });
    const start = Date.now();
    let status = await importOf(
      await fetch(`${url}/imports?${query}`, { method: "POST", headers, body: file }),
    );
    const polls: number[] = [];
    while (status.status === "pending" || status.status === "processing") {
      const asked = performance.now();
      status = await importOf(await fetch(`${url}/imports/${status.id}`, { headers }));
      const took = performance.now() - asked;
      polls.push(took);
      await sleep(Math.max(0, POLL_MS - took));
    }
    return { seconds: (status.finished_at - start) / 1000, polls, problems: problemsOf(status, truth) };
  } finally {
    server.kill();
  }
}

async function firstLine(stream: Readable): Promise<string> {
  for await (const line of createInterface(stream)) return line;
  throw new Error("the hand-written server did not start");
}

async function importOf(answer: Response): Promise<PeerImport> {
  if (!answer.ok)
    throw new Error(`the hand-written server answered ${answer.status}: ${await answer.text()}`);
  return ((await answer.json()) as { import: PeerImport }).import;
}

function problemsOf(status: PeerImport, truth: Truth): string[] {
  const problems = status.status === "completed" ? [] : [`the hand-written server failed: ${status.failure}`];
  for (const counter of ["total", "created", "duplicate", "failed", "warnings"] as const) {
    if (status[counter] !== truth[counter]) {
      problems.push(`the hand-written server's ${counter} is ${status[counter]}, not ${truth[counter]}`);
    }
  }
  return problems;
}
