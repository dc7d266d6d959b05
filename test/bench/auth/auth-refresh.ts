import { DEMO_PASSWORD } from "../../../src/cli/seed/data.ts";
import type { RunningWorker } from "../../harness/worker.ts";
import { median, quantile } from "../measure/statistics.ts";

const ROUNDS = 6;
const REFRESHES = 50;

/**
 * Refreshes two sessions by turns, each token giving the next one: once over HTTP, and once with the bare Worker,
 * which runs the product's transaction and signs no token. The first round is not counted.
 */
export async function benchRefresh({ url, besideUrl }: RunningWorker): Promise<void> {
  const product = session(url, await refreshToken(url));
  const bare = session(besideUrl ?? "", await refreshToken(url));
  const times = { product: [] as number[], bare: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    const [took, bareTook] = [await product(REFRESHES), await bare(REFRESHES)];
    if (round === 0) continue;
    times.product.push(...took);
    times.bare.push(...bareTook);
  }
  const [took, bareTook] = [median(times.product), median(times.bare)];
  console.log("\nPOST /users/refresh against its transaction alone");
  console.log(
    `   1 connection   median ${took.toFixed(2)} ms (${bareTook.toFixed(2)}), ` +
      `p99 ${quantile(times.product, 0.99).toFixed(1)} ms (${quantile(times.bare, 0.99).toFixed(1)}), ` +
      `ratio ${(bareTook / took).toFixed(2)}`,
  );
}

/** A session that goes on from token to token. */
function session(url: string, first: string): (times: number) => Promise<number[]> {
  let token = first;
  return async (times) => {
    const took: number[] = [];
    for (let time = 0; time < times; time++) {
      const before = performance.now();
      token = await post(`${url}/api/v1/users/refresh`, { refresh_token: token });
      took.push(performance.now() - before);
    }
    return took;
  };
}

function refreshToken(url: string): Promise<string> {
  return post(`${url}/api/v1/users/login`, { email: "owner@demo.test", password: DEMO_PASSWORD });
}

/** @returns the refresh token of the answer. */
async function post(url: string, body: unknown): Promise<string> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return ((await answer.json()) as { refresh_token: string }).refresh_token;
}
