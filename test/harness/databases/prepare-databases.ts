import { applyD1Migrations, env } from "cloudflare:test";
import { provisionStore } from "../../../src/db/leads/provision.ts";
import { emptyBucket } from "./empty-bucket.ts";
import { emptyDatabases } from "./empty-databases.ts";
import { firstIds } from "./first-ids.ts";
import { applyTemplate, readTemplate, type Template } from "./template.ts";

const STORES = [env.LEADS_0, env.LEADS_1];
const DATABASES = [env.DIRECTORY, ...STORES];

/** What the migrations of each database come to, once they ran in this runtime. */
let templates: Template[] | undefined;
/** What each database had seen when it was prepared last. */
let states: string[] = [];

/** Gives the tests of a file migrated databases without a row of another file's, and an empty bucket. */
export async function prepareDatabases(): Promise<void> {
  if (await isUntouched()) return;
  await Promise.all([emptyDatabases(DATABASES), emptyBucket(env.FILES)]);
  if (templates) {
    const known = templates;
    await Promise.all(DATABASES.map((database, index) => applyTemplate(database, known[index] as Template)));
  } else {
    await migrate();
    templates = await Promise.all(DATABASES.map(readTemplate));
  }
  await env.DIRECTORY.batch(firstIds().map((sql) => env.DIRECTORY.prepare(sql)));
  states = await readStates();
}

async function migrate(): Promise<void> {
  await Promise.all([
    applyD1Migrations(env.DIRECTORY, env.DIRECTORY_MIGRATIONS),
    ...STORES.map(async (store, number) => {
      await applyD1Migrations(store, env.LEADS_MIGRATIONS);
      await provisionStore(store, number);
    }),
  ]);
}

/** Whether the file before this one wrote nothing at all, as one does that tests what computes alone. */
async function isUntouched(): Promise<boolean> {
  if (states.length === 0) return false;
  const [now, { objects }] = await Promise.all([readStates(), env.FILES.list({ limit: 1 })]);
  return objects.length === 0 && now.every((state, index) => state === states[index]);
}

/** How many rows were ever written through the present connection, and how many tables and triggers there are. */
async function readStates(): Promise<string[]> {
  const query = "SELECT total_changes() || ' ' || (SELECT count(*) FROM sqlite_schema) AS state";
  const read = (database: D1Database) => database.prepare(query).first<string>("state");
  return (await Promise.all(DATABASES.map(read))).map(String);
}
