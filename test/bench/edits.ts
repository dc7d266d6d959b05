import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type DevServer, startDevServer, untilAnswered } from "../harness/dev/dev-server.ts";
import { median } from "./measure/statistics.ts";

const PORT = 8797;
const EDITS = 5;
/** What an edit may take until it is served, in milliseconds. */
const MOST_MS = 2000;
/** As long as somebody takes to write the next edit: what runs beside, such as the check of types, is over by then. */
const PAUSE_MS = 10_000;

/**
 * Measures `npm run dev` in a copy of the project: from a file that is written to the answer that shows it, to the
 * type error in the terminal, and to the migration that is applied. Prints the figures.
 *
 * @returns what took longer than it may.
 */
export async function benchEdits(): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "leadsy-edits-"));
  try {
    const started = performance.now();
    const server = await startDevServer(folder, PORT);
    try {
      console.log(`started in ${seconds(performance.now() - started)}`);
      await sleep(PAUSE_MS);
      return await measure(server);
    } finally {
      await server.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(server: DevServer): Promise<string[]> {
  const times: number[] = [];
  for (let edit = 1; edit <= EDITS; edit++) {
    const text = (number: number) => (number === 0 ? '{ status: "ok" }' : `{ status: "edit ${number}" }`);
    server.edit("src/health/routes.ts", text(edit - 1), text(edit));
    times.push(await untilAnswered(`${server.url}/health`, `edit ${edit}`));
    await sleep(PAUSE_MS);
  }
  console.log(`edits served after ${times.map(seconds).join(", ")}; median ${seconds(median(times))}`);
  server.edit("src/console/index.html", "<title>Leadsy</title>", "<title>Edited</title>");
  times.push(await untilAnswered(`${server.url}/console`, "<title>Edited</title>"));
  console.log(`an edit of the console served after ${seconds(times.at(-1) ?? 0)}`);
  await sleep(PAUSE_MS);

  const wrong = performance.now();
  server.write("src/wrong.ts", 'export const count: number = "one";\n');
  await server.said(/src\/wrong\.ts\(1,14\): error TS2322/);
  console.log(`a type error said after ${seconds(performance.now() - wrong)}`);
  server.write("src/wrong.ts", "export {};\n");
  await server.said(/No type errors any more/);

  const fresh = performance.now();
  server.write(
    "migrations/leads/9999_shelves.sql",
    "CREATE TABLE shelves (id INTEGER PRIMARY KEY) STRICT;\n",
  );
  await server.said(/Leadsy answers again/);
  console.log(`a migration applied, and served again, after ${seconds(performance.now() - fresh)}`);
  const slowest = Math.max(...times);
  return slowest <= MOST_MS
    ? []
    : [`An edit was served after ${seconds(slowest)}, and may take ${seconds(MOST_MS)}.`];
}

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;
