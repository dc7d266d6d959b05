import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { generateLeads, type Truth } from "../../fixtures/generate-leads.ts";
import { buildWorker } from "../../harness/build.ts";
import { type Round, runProduct } from "../measure/product-import.ts";
import { median, quantile } from "../measure/statistics.ts";
import { type PeerRound, runPeer } from "./run-peer.ts";

/**
 * Imports the same file by the hand-written server and by the product, by turns, each with empty databases.
 * Prints both rates and the ratio of each round.
 *
 * @returns what was wrong with any round's counters; nothing when all of them hold.
 */
export async function benchPeers(records: number, rounds: number): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "leadsy-bench-"));
  try {
    const path = join(folder, "leads.csv");
    const leads = generateLeads({ seed: 2026, records, lineEnding: "crlf" });
    await pipeline(Readable.from(leads.chunks()), createWriteStream(path));
    const truth = leads.truth();
    const { size } = await stat(path);
    console.log(`${truth.total} records, ${size} bytes, ${rounds} rounds each`);

    const script = await buildWorker(join(folder, "worker"));
    const secret = randomBytes(32).toString("hex");
    const peers: PeerRound[] = [];
    const products: Round[] = [];
    for (let round = 1; round <= rounds; round++) {
      const own = await mkdtemp(join(folder, "round-"));
      const peer = await runPeer({ folder: own, path, truth, secret });
      const product = await runProduct({
        script,
        folder: own,
        path,
        truth,
        size,
        heap: undefined,
        dryRun: false,
      });
      await rm(own, { recursive: true });
      peers.push(peer);
      products.push(product);
      console.log(
        `round ${round}: peer ${rateOf(truth, peer)}, product ${rateOf(truth, product)} rows/s, ` +
          `ratio ${(peer.seconds / product.seconds).toFixed(2)}`,
      );
    }
    report("peer", truth, peers);
    report("product", truth, products);
    const ratio = median(peers.map(secondsOf)) / median(products.map(secondsOf));
    console.log(`ratio     ${ratio.toFixed(2)} of the hand-written server`);
    return [...peers, ...products].flatMap(({ problems }) => problems);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function report(name: string, truth: Truth, rounds: PeerRound[]): void {
  const polls = rounds.flatMap((round) => round.polls);
  console.log(
    `${name.padEnd(9)} ${Math.round(truth.total / median(rounds.map(secondsOf)))} rows/s; ` +
      `${polls.length} status polls, median ${median(polls).toFixed(1)} ms, p99 ${quantile(polls, 0.99).toFixed(1)} ms`,
  );
}

function rateOf(truth: Truth, round: PeerRound): number {
  return Math.round(truth.total / round.seconds);
}

function secondsOf(round: PeerRound): number {
  return round.seconds;
}
