import { type LoadResult, runLoad, type Target } from "./load.ts";
import { median, quantile } from "./statistics.ts";

/** What two targets took, round by round. */
export interface Turns {
  product: LoadResult[];
  bare: LoadResult[];
}

/** Asks two targets by turns in short rounds, so that what else the machine does falls on both. */
export async function alternate(
  product: Target,
  bare: Target,
  { rounds, ...load }: { connections: number; rounds: number; milliseconds: number },
): Promise<Turns> {
  await runLoad({ ...product, ...load });
  await runLoad({ ...bare, ...load });
  const turns: Turns = { product: [], bare: [] };
  for (let round = 0; round < rounds; round++) {
    turns.product.push(await runLoad({ ...product, ...load }));
    turns.bare.push(await runLoad({ ...bare, ...load }));
  }
  return turns;
}

/** The median of the rounds' requests a second. */
export function speedOf(rounds: LoadResult[]): number {
  return median(rounds.map((round) => round.requestsPerSecond));
}

/** A quantile of all latencies, in milliseconds. */
export function latencyOf(rounds: LoadResult[], share: number): number {
  return quantile(
    rounds.flatMap((round) => round.latencies),
    share,
  );
}

/** The body of an answer. @throws where its status is not 200. */
export async function bodyOf({ url, headers }: Target): Promise<string> {
  const answer = await fetch(url, { headers: typeof headers === "function" ? headers() : headers });
  if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return answer.text();
}

/** How a line of figures begins. */
export function withConnections(connections: number): string {
  return `  ${String(connections).padStart(2)} connection${connections > 1 ? "s" : " "}  `;
}
