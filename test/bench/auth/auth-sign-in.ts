import { DEMO_PASSWORD } from "../../../src/cli/seed/data.ts";
import type { RunningWorker } from "../../harness/worker.ts";
import { alternate, latencyOf, speedOf, withConnections } from "../measure/turns.ts";

const PATH = "/api/v1/users/login";
const ROUNDS = 5;
const ROUND_MS = 4_000;

/** Signs in over HTTP at the cost of scrypt in place; the bare Worker does that scrypt and nothing else. */
export async function benchSignIn({ url, besideUrl }: RunningWorker): Promise<void> {
  const body = JSON.stringify({ email: "owner@demo.test", password: DEMO_PASSWORD });
  const product = { url: url + PATH, headers: {}, body };
  const bare = { url: besideUrl + PATH, headers: {}, body };
  const load = { rounds: ROUNDS, milliseconds: ROUND_MS };
  console.log("\nPOST /users/login against its scrypt alone");

  const one = await alternate(product, bare, { ...load, connections: 1 });
  const [took, bareTook] = [latencyOf(one.product, 0.5), latencyOf(one.bare, 0.5)];
  console.log(
    `${withConnections(1)}median ${took.toFixed(1)} ms (${bareTook.toFixed(1)}), ` +
      `p99 ${latencyOf(one.product, 0.99).toFixed(1)} ms (${latencyOf(one.bare, 0.99).toFixed(1)}), ` +
      `ratio ${(bareTook / took).toFixed(2)}`,
  );

  const two = await alternate(product, bare, { ...load, connections: 2 });
  const [speed, bareSpeed] = [speedOf(two.product), speedOf(two.bare)];
  console.log(
    `${withConnections(2)}${speed.toFixed(2)} sign-ins/s (${bareSpeed.toFixed(2)}), ratio ${(speed / bareSpeed).toFixed(2)}`,
  );
}
