import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DevServer, startDevServer, untilAnswered } from "../harness/dev/dev-server.ts";

/** `npm run dev`, with a copy of the project that is edited. `npm run bench -- edits` says how long each takes. */

const folder = mkdtempSync(join(tmpdir(), "leadsy-dev-"));
let server: DevServer;
let inspector: number;

beforeAll(async () => {
  const [port, other] = [await freePort(), await freePort()];
  inspector = other;
  // Types are checked of this folder alone: of all sources it takes longer than all else here.
  mkdirSync(join(folder, "src/checked"), { recursive: true });
  server = await startDevServer(
    folder,
    port,
    ["--ip", "0.0.0.0", "--inspector-port", String(inspector), "--log-level", "debug"],
    ["src/checked"],
  );
});
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("--ip, --inspector-port and --log-level reach wrangler", async () => {
  // Somebody who listens at 127.0.0.1 alone is not there, and fetch throws.
  await fetch(server.url.replace("127.0.0.1", "127.0.0.2"));
  const targets = await (await fetch(`http://127.0.0.1:${inspector}/json`)).json();
  expect(targets).not.toEqual([]);
  // What wrangler's parts say to each other, it shows nobody who has not asked for it.
  await server.said(/\[InspectorProxyWorker\]/);
});

test("an edit is served", async () => {
  server.edit("src/health/routes.ts", '{ status: "ok" }', '{ status: "edited" }');
  await untilAnswered(`${server.url}/health`, "edited");
});

test("an edit of the console is served", async () => {
  server.edit("src/console/index.html", "<title>Leadsy</title>", "<title>Edited</title>");
  await untilAnswered(`${server.url}/console`, "<title>Edited</title>");
});

test("a type error is said, and that it is none any more", async () => {
  const before = server.written();
  server.write("src/checked/count.ts", 'export const count: number = "one";\n');
  await server.said(/src\/checked\/count\.ts\(1,14\): error TS2322/, before);
  server.write("src/checked/count.ts", "export const count: number = 1;\n");
  await server.said(/No type errors any more/, before);
});

test("a new migration is applied", async () => {
  const before = server.written();
  server.write(
    "migrations/leads/9999_shelves.sql",
    "CREATE TABLE shelves (id INTEGER PRIMARY KEY) STRICT;\n",
  );
  await server.said(/New migrations: leads\/9999_shelves\.sql[\s\S]*Leadsy answers again/, before);
});

/** A port that nobody listens on now. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
