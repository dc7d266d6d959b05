import { env } from "cloudflare:test";
import { vi } from "vitest";
import { leadStores } from "../../src/db/bindings.ts";
import { mintTenant } from "../../src/db/leads/tenant.ts";
import { openSlice } from "../../src/jobs/slice.ts";
import { indexStore } from "../../src/leads/list/search/index-leads.ts";
import { TINY_PNG } from "../fixtures/tiny-png.ts";
import { bodyOf, call, upload, waitForImport } from "../harness/api.ts";
import {
  createCampaign,
  createCompany,
  createUser,
  type TestCompany,
  type TestUser,
} from "../harness/factories.ts";
import { PATIENCE_MS } from "../harness/runtime/patience.ts";
import { undoneImport } from "./mint/imports.ts";
import { createUnseen, type Unseen } from "./unseen.ts";

/** A customer: a company and its child with their people, a campaign, an import and pictures. */
export interface Side {
  company: TestCompany;
  child: TestCompany;
  owner: TestUser;
  campaign: { id: number };
  /** As the API shows it. */
  // biome-ignore lint/suspicious/noExplicitAny: a test asserts on what is there.
  import: any;
  /** Where the owner's picture is served, below `/api/v1`. */
  avatar: string;
  /** A word that is in all its names. */
  word: string;
}

/** Three customers who must never meet. */
export interface World {
  a: Side & {
    parentOwner: TestUser;
    childOwner: TestUser;
    manager: TestUser;
    agent: TestUser;
    viewer: TestUser;
    /** What is not for its agent. */
    unseen: Unseen;
  };
  /** On another lead store than A. */
  b: Side;
  /** On the same lead store as A. */
  c: Side;
  operator: TestUser;
}

/** The ids of B and C begin far out, a table here and a table there, so that none is another number by chance. */
const FAR = 7_000_000_000;
const APART = 10_000_000;

/** A's company stands between a parent and a child; B and C have a child. */
export async function createWorld(): Promise<World> {
  const parent = await createCompany({ name: "Alpha Holding" });
  const company = await createCompany({ name: "Alpha", parent });
  const child = await createCompany({ name: "Alpha North", parent: company });
  const person = (role: "owner" | "manager" | "agent" | "viewer", at = company) =>
    createUser({ access: [{ company: at, role }], firstName: "Alma", password: role === "owner" });
  const owner = await person("owner");
  const a = {
    ...(await sideOf(company, child, owner, "alpha")),
    parentOwner: await person("owner", parent),
    childOwner: await person("owner", child),
    manager: await person("manager"),
    agent: await person("agent"),
    viewer: await person("viewer"),
  };
  const operator = await createUser({ operator: true, firstName: "Olga" });

  for (const [number, database] of [env.DIRECTORY, env.LEADS_0].entries())
    await moveIds(database, number + 1);
  const unseen = await createUnseen(a);
  const [b, c] = [await createRival("zeppelin", 1), await createRival("neighbour", 0)];
  for (const side of [a, b, c]) for (const isDone of [true, false]) await undoneImport(side, isDone);
  // What trails behind an import would be a change in the midst of somebody else's call.
  for (const [store, database] of leadStores(env).entries()) {
    await indexStore(mintTenant(store, database, "all"), openSlice());
  }
  return { a: { ...a, unseen }, b, c, operator };
}

/** Lets the ids of every table go on far out. */
async function moveIds(database: D1Database, step: number): Promise<void> {
  const numbered = "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'";
  await database.batch([
    database.prepare(
      `INSERT INTO sqlite_sequence (name, seq)
       SELECT name, 0 FROM (${numbered}) WHERE name NOT IN (SELECT name FROM sqlite_sequence)`,
    ),
    database
      .prepare(`UPDATE sqlite_sequence SET seq = seq + ? + rowid * ? WHERE name IN (${numbered})`)
      .bind(FAR * step, APART),
  ]);
}

async function createRival(word: string, store: number): Promise<Side> {
  const company = await createCompany({ name: `${word} agency`, store });
  const child = await createCompany({ name: `${word} north`, parent: company });
  const owner = await createUser({
    access: [{ company, role: "owner" }],
    email: `owner@${word}.test`,
    firstName: "Zoe",
    lastName: `${word}-owner`,
    password: true,
  });
  return sideOf(company, child, owner, word);
}

async function sideOf(
  company: TestCompany,
  child: TestCompany,
  owner: TestUser,
  word: string,
): Promise<Side> {
  const campaign = await createCampaign(company, `${word}-campaign`);
  const file = `email,first_name\nlead@${word}.test,Lead-${word}\nbroken-${word},x\n`;
  const sent = await upload(owner.token, company.id, file, `&file_name=${word}-leads.csv`);
  const done = await waitForImport(sent.import_code, owner.token);
  if (!done.error_file) throw new Error("the error file is wanted, too");
  const { user } = await bodyOf(
    call("/users/avatar", { token: owner.token, method: "PUT", json: { avatar_base64: TINY_PNG } }),
  );
  const avatar = user.avatar_route.replace("/api/v1", "");
  return { company, child, owner, campaign, import: done, avatar, word };
}

/** Whatever of a side must not be in an answer to another: names, addresses, codes and ids, as text. */
export function secretsOf({ company, child, owner, campaign, import: done, avatar, word }: Side): string[] {
  const ids = [company.id, child.id, owner.id, campaign.id, done.id].map(String);
  return [...new Set([word, done.import_code, done.file.sha256, avatar, ...ids])];
}

/**
 * Columns that a job moves on by itself, whenever its message comes: what an erasure asks for is done after its answer,
 * and may be done while another route is tried. Which erasures there are, whose and of when is looked at all the same.
 */
const MOVED_BY_JOBS: Record<string, string[]> = {
  erasures: [
    ...["person", "phase", "imports_done", "progress", "rewritten_error_files", "removed_originals"],
    ...["finished_at", "moved_at", "leased_until", "lease_id", "queued_at"],
  ],
  mails: ["queued_at", "done_at", "failed_at"],
  search_progress: ["leads_up_to", "chunks_up_to", "leased_until", "lease_id", "queued_at"],
};

/** Waits until what was asked to be erased is: the job gives up uploads, which other routes are about. */
export async function untilErased(): Promise<void> {
  const unfinished = "SELECT count(*) AS count FROM erasures WHERE finished_at IS NULL";
  for (const store of leadStores(env)) {
    await vi.waitUntil(async () => (await store.prepare(unfinished).first("count")) === 0, {
      timeout: PATIENCE_MS,
      interval: 50,
    });
  }
}

/** A wrong password leaves a row in the audit trail of its owner: by design. */
const isFailedSignIn = (table: string, row: unknown) =>
  table === "audit_events" && (row as { action: string }).action === "user.sign_in_failed";

/** Rows by the name of their table, and files. */
export type Dump = Record<string, unknown[]>;

/** All that is kept of a side: every row of every database that has one of its secrets in it, and its files. */
export async function dumpOf(side: Side): Promise<Dump> {
  return (await dumpsOf([side]))[0] as Dump;
}

/** All that is kept of each of several sides: the databases are read once for all of them. */
export async function dumpsOf(sides: Side[]): Promise<Dump[]> {
  const dumps = sides.map((side) => ({ secrets: secretsOf(side), dump: {} as Dump }));
  for (const [number, database] of [env.DIRECTORY, ...leadStores(env)].entries()) {
    const { results: tables } = await database
      .prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB '_cf_*' AND name NOT GLOB 'sqlite_*'",
      )
      .all<{ name: string }>();
    const answers = await database.batch(
      tables.map(({ name }) => database.prepare(`SELECT * FROM "${name}"`)),
    );
    for (const [index, { name }] of tables.entries()) {
      const moving = MOVED_BY_JOBS[name] ?? [];
      const still = (row: unknown) =>
        Object.fromEntries(Object.entries(row as object).filter(([column]) => !moving.includes(column)));
      const texts = (answers[index]?.results ?? [])
        .filter((row) => !isFailedSignIn(name, row))
        .map((row) => [still(row), JSON.stringify(still(row))] as const);
      for (const { secrets, dump } of dumps) {
        const kept = texts
          .filter(([, text]) => secrets.some((secret) => text.includes(secret)))
          .map(([row]) => row);
        if (kept.length > 0) dump[`${number === 0 ? "directory" : "leads"}.${name}`] = kept;
      }
    }
  }
  const { objects } = await env.FILES.list();
  for (const { dump } of dumps) {
    const kept = JSON.stringify(dump);
    dump.files = objects
      .filter(({ key }) => kept.includes(key.replace("avatars/", "")))
      .map(({ key, etag, size }) => ({ key, etag, size }));
  }
  return dumps.map(({ dump }) => dump);
}
