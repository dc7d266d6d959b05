import { createHash, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { CAMPAIGN } from "../../src/cli/seed/data.ts";
import { STATUS } from "../../src/imports/state/status.ts";
import { type ImportStatus, importStatus } from "../bench/measure/api-client.ts";
import { ledgerProblems } from "../bench/measure/ledger.ts";

/** Where the API answers, and as whom it is asked. */
export interface Server {
  url: string;
  authorization: string;
}

/** A file to import, and the key that makes sending it again harmless. */
export interface Upload {
  bytes: Buffer<ArrayBuffer>;
  sha256: string;
  key: string;
}

/** How a client came to know its import after its request had broken off. */
export type Found = "replayed" | "sent again" | "found in the list" | "sent with a fresh key";

const POLL_MS = 20;
/** An import that shows nothing new for so long has stopped moving. */
const STILL_MS = 15_000;

/** What is sent for a file. */
export function prepareUpload(file: Uint8Array): Upload {
  const bytes = Buffer.from(file);
  return { bytes, sha256: createHash("sha256").update(bytes).digest("hex"), key: randomUUID() };
}

/** Sends a file. @returns its import as it was accepted. @throws where the request breaks off or is refused. */
export async function send(server: Server, upload: Upload): Promise<ImportStatus> {
  return importOf(await post(server, upload));
}

/** Sends a file again whose first request broke off, in such a way that it is imported once. */
export async function sendAgain(
  server: Server,
  upload: Upload,
): Promise<{ status: ImportStatus; how: Found }> {
  const answer = await post(server, upload);
  if (answer.status !== 409) {
    const how = answer.headers.has("Idempotent-Replayed") ? "replayed" : "sent again";
    return { status: await importOf(answer), how };
  }
  // The request that took the key will never answer, so it is for the client to look what became of it.
  await answer.body?.cancel();
  const listed = await findImport(server, upload);
  if (listed) return { status: listed, how: "found in the list" };
  return { status: await send(server, { ...upload, key: randomUUID() }), how: "sent with a fresh key" };
}

/**
 * Polls an import until `done`, or until it has ended or stopped moving.
 *
 * @param problems takes what is wrong with an answer.
 * @returns the last answer.
 */
export async function follow(
  { url, authorization }: Server,
  from: ImportStatus,
  problems: string[],
  done: (status: ImportStatus) => boolean = () => false,
): Promise<ImportStatus> {
  let last = from;
  let movedAt = Date.now();
  while (!isOver(last) && !done(last) && Date.now() - movedAt < STILL_MS) {
    const now = await importStatus(url, authorization, last.import_code);
    problems.push(...ledgerProblems(now, last));
    if (now.status !== last.status || now.progress !== last.progress) movedAt = Date.now();
    last = now;
    if (!isOver(last) && !done(last)) await sleep(POLL_MS);
  }
  return last;
}

function isOver({ status }: ImportStatus): boolean {
  return status > STATUS.processing;
}

function post({ url, authorization }: Server, { bytes, key }: Upload): Promise<Response> {
  const query = { company_id: String(CAMPAIGN.companyId), campaign_id: String(CAMPAIGN.id) };
  return fetch(`${url}/api/v1/import?${new URLSearchParams(query)}`, {
    method: "POST",
    headers: { Authorization: authorization, "Content-Type": "text/csv", "Idempotency-Key": key },
    body: bytes,
  });
}

async function importOf(answer: Response): Promise<ImportStatus> {
  if (answer.status !== 202)
    throw new Error(`the upload was answered ${answer.status}: ${await answer.text()}`);
  return ((await answer.json()) as { import_file: ImportStatus }).import_file;
}

async function findImport(
  { url, authorization }: Server,
  { sha256 }: Upload,
): Promise<ImportStatus | undefined> {
  const query = new URLSearchParams({ company_id_eq: String(CAMPAIGN.companyId) });
  const answer = await fetch(`${url}/api/v1/import?${query}`, { headers: { Authorization: authorization } });
  if (!answer.ok) throw new Error(`the list was answered ${answer.status}: ${await answer.text()}`);
  const { import_files: imports } = (await answer.json()) as { import_files: ImportStatus[] };
  return imports.find(({ file }) => file.sha256 === sha256);
}
