import { parseArgs } from "node:util";
import type { Server } from "./dev/server.ts";
import { untilSignal } from "./dev/until-signal.ts";
import { type Called, createCaller } from "./operations/caller.ts";
import { callCampaigns } from "./operations/campaigns.ts";
import { callCompanies } from "./operations/companies.ts";
import { callImports } from "./operations/imports.ts";
import { callPeople } from "./operations/people.ts";
import { prepareScene } from "./operations/scene.ts";
import { OPERATIONS } from "./operations/table.ts";
import { startTemporaryServer } from "./operations/temporary-server.ts";
import { callUsers } from "./operations/users.ts";

/**
 * `npm run operations`: calls every operation of the reference over HTTP, in its order. With `--url ORIGIN` at an
 * API that runs with the demo data, where it leaves a company of its own behind; else at one that it starts.
 */

const { values } = parseArgs({ options: { url: { type: "string" } } });
const total = Object.keys(OPERATIONS).length;

const ending = untilSignal();
let server: Server | undefined;
let done = 0;
let code = 0;
try {
  if (!values.url) {
    console.log("Starting the API …");
    server = await startTemporaryServer(ending.signal);
  }
  const url = new URL(values.url ?? server?.url ?? "").origin;
  console.log(`Calling ${url} as owner@demo.test\n`);
  await callAll(url);
} catch (error) {
  if (!ending.signal.aborted) console.error(`\n${describe(error)}`);
  code = 1;
}
console.log(`\n${done} of ${total}`);
ending.abort();
await server?.ended;
process.exit(code);

async function callAll(url: string): Promise<void> {
  const { signal } = ending;
  const scene = await prepareScene(url, signal);
  const call = createCaller(url, signal, (called) => {
    console.log(line(called));
    if (called.status === OPERATIONS[called.operation]) done += 1;
  });
  const { newcomer, colleagueToken } = await callUsers(call, scene);
  const branch = await callCompanies(call, scene);
  const membership = await callPeople(call, scene, { branch, newcomer, colleagueToken });
  await callImports(call, scene);
  await callCampaigns(call, scene, membership);
  if (done !== total) throw new Error("Not every operation was called.");
}

function line({ number, operation, status, ms }: Called): string {
  return `${String(number).padStart(3)}  ${operation.padEnd(60)}${status}${ms.toFixed(0).padStart(7)} ms`;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
