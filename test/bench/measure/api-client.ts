import { createReadStream, statSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import type * as z from "zod";
import { DEMO_PASSWORD } from "../../../src/cli/seed/data.ts";
import type { ImportFile } from "../../../src/imports/schemas.ts";

export type ImportStatus = z.output<typeof ImportFile>;

/**
 * Signs in as a user of the demo data.
 *
 * @returns the `Authorization` header to send.
 */
export async function signIn(url: string, email: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/users/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email, password: DEMO_PASSWORD }),
  });
  if (!answer.ok) throw new Error(`the sign-in was answered ${answer.status}: ${await answer.text()}`);
  const { token } = (await answer.json()) as { token: string };
  return `Bearer ${token}`;
}

/**
 * Uploads a CSV as the raw body of a new import, streamed from disk.
 *
 * @param query of the request: `company_id` and what else the import is given.
 * @returns the import as it was accepted.
 */
export async function uploadFile(
  url: string,
  authorization: string,
  path: string,
  query: Record<string, string>,
): Promise<ImportStatus> {
  const headers = { authorization, "Content-Type": "text/csv", "Content-Length": statSync(path).size };
  const upload = request(`${url}/api/v1/import?${new URLSearchParams(query)}`, {
    method: "POST",
    headers,
    agent: false,
  });
  const [answer] = await Promise.all([answerOf(upload), pipeline(createReadStream(path), upload)]);
  return importOf(answer, 202);
}

/** Asks how an import stands, over a connection of its own. */
export async function importStatus(url: string, authorization: string, code: string): Promise<ImportStatus> {
  const poll = request(`${url}/api/v1/import/${code}`, { headers: { authorization }, agent: false });
  poll.end();
  return importOf(await answerOf(poll), 200);
}

function answerOf(sent: ReturnType<typeof request>): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.on("response", resolve);
    sent.on("error", reject);
  });
}

async function importOf(answer: IncomingMessage, expected: number): Promise<ImportStatus> {
  const body = await text(answer);
  if (answer.statusCode !== expected)
    throw new Error(`expected ${expected}, got ${answer.statusCode}: ${body}`);
  return (JSON.parse(body) as { import_file: ImportStatus }).import_file;
}
