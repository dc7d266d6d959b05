import { env } from "cloudflare:test";
import { leadStores } from "../../../src/db/bindings.ts";
import { bodyOf, call, upload, waitForImport } from "../../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../harness/factories.ts";

export let company: TestCompany;
export let owner: TestUser;

/** Erases a person, and waits for the job. */
export async function erase(id: number): Promise<Response> {
  const answer = await call(`/leads/${id}?erase=true`, { token: owner.token, method: "DELETE" });
  if (answer.status === 204) await allErased();
  return answer;
}

/** The company's erasures. */
export const erasuresOf = async () =>
  (await bodyOf(call(`/companies/${company.id}/erasures?limit=100`, { token: owner.token }))).erasures;

/** Waits until none is under way. */
export async function allErased(): Promise<void> {
  for (let turn = 0; turn < 600; turn++) {
    const erasures: { status: string }[] = await erasuresOf();
    if (erasures.every(({ status }) => status === "completed")) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the erasure never ends");
}

/** An import as the API shows it. */
export const shown = async (code: string) =>
  (await bodyOf(call(`/import/${code}`, { token: owner.token }))).import_file;

/** Imports lines of CSV, to the end. */
export async function imported(lines: string[], query = "") {
  const sent = await upload(owner.token, company.id, `${lines.join("\n")}\n`, query);
  return waitForImport(sent.import_code, owner.token);
}

/** Every row and every file of the installation in which one of these words stands, whatever is around its digits. */
export async function tracesOf(...words: string[]): Promise<string[]> {
  const has = (text: string) =>
    words.some((word) => text.toLowerCase().includes(word) || text.replace(/[ ()-]/g, "").includes(word));
  const traces: string[] = [];
  for (const database of [env.DIRECTORY, ...leadStores(env)]) {
    const { results: tables } = await database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB '_cf_*'")
      .all<{ name: string }>();
    for (const { name } of tables) {
      const { results } = await database.prepare(`SELECT * FROM "${name}"`).all();
      traces.push(...results.filter((row) => has(JSON.stringify(row))).map(() => name));
    }
  }
  for (const { key } of (await env.FILES.list()).objects) {
    if (has((await (await env.FILES.get(key))?.text()) ?? "")) traces.push(key.replace(/[/].*/, ""));
  }
  return traces;
}

/** A company, and its owner, who may erase. */
export async function createParty(): Promise<void> {
  company = await createCompany();
  owner = await createUser({ access: [{ company, role: "owner" }] });
}

/** What a link downloads. */
export const fetchText = async (url: string) => (await call(url.slice(url.indexOf("/import/")))).text();
