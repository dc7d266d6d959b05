import { signAccessToken } from "../../../src/auth/tokens/tokens.ts";
import { USERS } from "../../../src/cli/seed/data.ts";
import type { RunningWorker } from "../../harness/worker.ts";
import { USER_HEADER } from "../bare-statements.ts";
import { signIn } from "../measure/api-client.ts";
import type { Target } from "../measure/load.ts";
import { alternate, bodyOf, speedOf, type Turns, withConnections } from "../measure/turns.ts";

const PATH = "/api/v1/accesses";
const OWNER = "owner@demo.test";
const CONNECTIONS = [1, 16, 64];
const ROUNDS = 5;
const ROUND_MS = 700;
/** More tokens than the Worker remembers: by the time that one comes again, it has to be checked again. */
const TOKENS = 2_000;

/**
 * Asks for a catalogue that is cached: beside the one query that says who the caller is, nothing is to be done. The
 * bare Worker runs that query and answers the same bytes.
 *
 * @returns what was wrong: that the answers differ.
 */
export async function benchEachRequest(worker: RunningWorker): Promise<string[]> {
  const user = USERS.find(({ email }) => email === OWNER)?.id ?? 0;
  const authorization = await signIn(worker.url, OWNER);
  const bare = { url: worker.besideUrl + PATH, headers: { [USER_HEADER]: String(user) } };
  const remembered = { url: worker.url + PATH, headers: { authorization } };
  if ((await bodyOf(remembered)) !== (await bodyOf(bare))) return [`${PATH}: the answers differ`];

  console.log("\nGET /accesses against its one query, with a token that the Worker has seen before");
  await measure(remembered, bare);
  console.log("\nGET /accesses against its one query, with a token whose signature is checked each time");
  const headers = await manyTokens(worker.env, user);
  await measure({ url: worker.url + PATH, headers }, bare);
  return [];
}

async function measure(product: Target, bare: Target): Promise<void> {
  for (const connections of CONNECTIONS) {
    const load = { connections, rounds: ROUNDS, milliseconds: ROUND_MS };
    console.log(withConnections(connections) + figures(await alternate(product, bare, load)));
  }
}

/** The difference is what a request costs beyond its query, in time of the one thread that all requests share. */
function figures(turns: Turns): string {
  const [speed, bareSpeed] = [speedOf(turns.product), speedOf(turns.bare)];
  const more = 1_000_000 / speed - 1_000_000 / bareSpeed;
  return (
    `${speed.toFixed(0).padStart(5)} requests/s (${bareSpeed.toFixed(0)}), ` +
    `ratio ${(speed / bareSpeed).toFixed(2)}, ${more.toFixed(0).padStart(4)} µs more a request`
  );
}

/** Returns one token after the other, and starts over after the last one. */
async function manyTokens(env: Env, user: number): Promise<() => Record<string, string>> {
  const tokens: string[] = [];
  for (let index = 0; index < TOKENS; index++) {
    const { token } = await signAccessToken(
      env,
      { id: user, tokenVersion: 0 },
      crypto.randomUUID(),
      Date.now(),
    );
    tokens.push(token);
  }
  let next = 0;
  return () => ({ authorization: `Bearer ${tokens[next++ % TOKENS]}` });
}
