import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT } from "../../src/cli/root.ts";
import { blocksOf, documents } from "../docs/markdown.ts";

/** The receiver of the guide, as it stands there, run in Node. */

const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
// Below the project, so that it finds the packages.
const folder = join(ROOT, ".build", `guide-${process.pid}`);
let receiver: ChildProcess;
let url = "";
let said = "";

beforeAll(async () => {
  const guide = documents().find(({ path }) => path === "docs/integrating.md");
  const [example] = guide ? blocksOf(guide).filter(({ language }) => language === "js") : [];
  if (!example) throw new Error("the guide has no receiver");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "receiver.mjs"), example.text);
  const port = await freePort();
  url = `http://127.0.0.1:${port}/`;
  receiver = spawn(process.execPath, ["receiver.mjs"], {
    cwd: folder,
    env: { ...process.env, WEBHOOK_SECRET: SECRET, PORT: String(port) },
  });
  receiver.stdout?.on("data", (text) => {
    said += text;
  });
  for (let tries = 0; tries < 200 && !(await isUp()); tries++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}, 30_000);

afterAll(async () => {
  receiver.kill();
  await once(receiver, "exit");
  rmSync(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

const isUp = () =>
  fetch(url).then(
    () => true,
    () => false,
  );

async function deliver(secret: string, body: string): Promise<number> {
  const at = new Date();
  const headers = {
    "webhook-id": "1-42-1-0",
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign("1-42-1-0", at, body),
  };
  return (await fetch(url, { method: "POST", headers, body })).status;
}

test("takes what is genuine, once, and refuses what is not", async () => {
  const body = JSON.stringify({ id: "1-42-1-0", type: "lead.created", object: { type: "lead", id: 1 } });
  expect(await deliver(SECRET, body)).toBe(204);
  expect(await deliver(SECRET, body)).toBe(204);
  expect(await deliver(`whsec_${Buffer.alloc(32, 8).toString("base64")}`, body)).toBe(400);
  expect(said).toBe("lead.created 1\n");
});
