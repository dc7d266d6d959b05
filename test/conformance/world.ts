import { env } from "cloudflare:test";
import { leadStores } from "../../src/env.ts";
import { upload, waitForImport } from "../harness/api.ts";
import {
  createCampaign,
  createCompany,
  createUser,
  type TestCompany,
  type TestUser,
} from "../harness/factories.ts";

/** A customer: a company with its people, a campaign and an import. */
export interface Side {
  company: TestCompany;
  owner: TestUser;
  campaign: { id: number };
  /** As the API shows it. */
  // biome-ignore lint/suspicious/noExplicitAny: a test asserts on what is there.
  import: any;
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

/** A's company stands between a parent and a child; B and C stand alone. */
export async function createWorld(): Promise<World> {
  const parent = await createCompany({ name: "Alpha Holding" });
  const company = await createCompany({ name: "Alpha", parent });
  const child = await createCompany({ name: "Alpha North", parent: company });
  const person = (role: "owner" | "manager" | "agent" | "viewer", at = company) =>
    createUser({ access: [{ company: at, role }], firstName: "Alma", password: role === "owner" });
  const owner = await person("owner");
  const a = {
    ...(await sideOf(company, owner, "alpha")),
    parentOwner: await person("owner", parent),
    childOwner: await person("owner", child),
    manager: await person("manager"),
    agent: await person("agent"),
    viewer: await person("viewer"),
  };
  const operator = await createUser({ operator: true, firstName: "Olga" });

  for (const [number, database] of [env.DIRECTORY, env.LEADS_0].entries()) {
    await database
      .prepare("UPDATE sqlite_sequence SET seq = seq + ? + rowid * ?")
      .bind(FAR * (number + 1), APART)
      .run();
  }
  return { a, b: await createRival("zeppelin", 1), c: await createRival("neighbour", 0), operator };
}

async function createRival(word: string, store: number): Promise<Side> {
  const company = await createCompany({ name: `${word} agency`, store });
  const owner = await createUser({
    access: [{ company, role: "owner" }],
    email: `owner@${word}.test`,
    firstName: "Zoe",
    lastName: `${word}-owner`,
    password: true,
  });
  return sideOf(company, owner, word);
}

async function sideOf(company: TestCompany, owner: TestUser, word: string): Promise<Side> {
  const campaign = await createCampaign(company, `${word}-campaign`);
  const file = `email,first_name\nlead@${word}.test,Lead-${word}\nbroken-${word},x\n`;
  const sent = await upload(owner.token, company.id, file, `&file_name=${word}-leads.csv`);
  const done = await waitForImport(sent.import_code, owner.token);
  if (!done.error_file) throw new Error("the error file is wanted, too");
  return { company, owner, campaign, import: done, word };
}

/** Whatever of a side must not be in an answer to another: names, addresses, codes and ids, as text. */
export function secretsOf({ company, owner, campaign, import: done, word }: Side): string[] {
  const ids = [company.id, owner.id, campaign.id, done.id].map(String);
  return [...new Set([word, done.import_code, done.file.sha256, ...ids])];
}

/** All that is kept of a side: every row of every database that has one of its secrets in it, and its files. */
export async function dumpOf(side: Side): Promise<Record<string, unknown[]>> {
  const dump: Record<string, unknown[]> = {};
  const secrets = secretsOf(side);
  const mentions = (row: unknown) => {
    const text = JSON.stringify(row);
    return secrets.some((secret) => text.includes(secret));
  };
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
      const rows = answers[index]?.results.filter(mentions) ?? [];
      if (rows.length > 0) dump[`${number === 0 ? "directory" : "leads"}.${name}`] = rows;
    }
  }
  const keys = (dump["leads.imports"] as { file_key: string; error_file_key: string | null }[]).flatMap(
    (row) => [row.file_key, row.error_file_key],
  );
  dump.files = (await env.FILES.list()).objects
    .filter((object) => keys.includes(object.key))
    .map(({ key, etag, size }) => ({ key, etag, size }));
  return dump;
}
