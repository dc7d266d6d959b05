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

/** One of two customers who must never meet: a company with its people, a campaign and an import. */
export interface Side {
  company: TestCompany;
  owner: TestUser;
  campaign: { id: number };
  /** As the API shows it. */
  // biome-ignore lint/suspicious/noExplicitAny: a test asserts on what is there.
  import: any;
}

export interface World {
  a: Side & {
    parentOwner: TestUser;
    childOwner: TestUser;
    manager: TestUser;
    agent: TestUser;
    viewer: TestUser;
  };
  b: Side;
  operator: TestUser;
}

/** Ids of the second side begin here, so that none of them is part of another number by chance. */
const FAR = 770_000_000;

/** Two customers on a lead store each; the first one's company stands between a parent and a child. */
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

  for (const table of ["users", "companies"]) {
    await env.DIRECTORY.prepare("UPDATE sqlite_sequence SET seq = ? WHERE name = ?").bind(FAR, table).run();
  }
  const rival = await createCompany({ name: "Zeppelin Rivals", store: 1 });
  const zoe = await createUser({
    access: [{ company: rival, role: "owner" }],
    email: "zoe.zimmermann@zeppelin.test",
    firstName: "Zoe",
    lastName: "Zimmermann",
    password: true,
  });
  return { a, b: await sideOf(rival, zoe, "zeppelin"), operator };
}

async function sideOf(company: TestCompany, owner: TestUser, name: string): Promise<Side> {
  const campaign = await createCampaign(company, `${name}-campaign`);
  const file = `email,first_name\nlead@${name}.test,Lead-${name}\nbroken-${name},x\n`;
  const sent = await upload(owner.token, company.id, file, `&file_name=${name}-leads.csv`);
  const done = await waitForImport(sent.import_code, owner.token);
  if (!done.error_file) throw new Error("the error file is wanted, too");
  return { company, owner, campaign, import: done };
}

/** Whatever must not be in an answer to the other side: names, addresses, codes and ids, as text. */
export function secretsOf({ company, owner, campaign, import: done }: Side): string[] {
  return [
    company.name,
    owner.email,
    "Zimmermann",
    "zeppelin",
    done.import_code,
    done.file.sha256,
    ...[company.id, owner.id, campaign.id, done.id].map(String),
  ];
}

/**
 * All that is kept of a side that has lead store 1 to itself: the whole of the store, every row of the directory
 * that has one of its secrets in it, and its files.
 */
export async function dumpOf(side: Side): Promise<Record<string, unknown[]>> {
  const dump: Record<string, unknown[]> = {};
  const store = leadStores(env)[side.company.store];
  if (!store) throw new Error("no such store");
  for (const [name, database] of [
    ["leads", store],
    ["directory", env.DIRECTORY],
  ] as const) {
    const { results: tables } = await database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB '_cf_*'")
      .all<{ name: string }>();
    for (const table of tables) {
      const { results } = await database.prepare(`SELECT * FROM "${table.name}"`).all();
      dump[`${name}.${table.name}`] =
        name === "leads" ? results : results.filter((row) => mentions(row, side));
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

function mentions(row: unknown, side: Side): boolean {
  const text = JSON.stringify(row);
  return secretsOf(side).some((secret) => text.includes(secret));
}
