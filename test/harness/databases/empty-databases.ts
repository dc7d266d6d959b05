import { reset } from "cloudflare:test";

const TRIES = 50;

/**
 * Empties all databases and buckets, with whatever schema they had.
 *
 * @param databases are looked at: now and then the runtime leaves one as it was that a call is still under way to.
 */
export async function emptyDatabases(databases: D1Database[]): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    await reset();
    const tables = await Promise.all(databases.map(countTables));
    if (tables.every((count) => count === 0)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("The databases of the file before are still there.");
}

async function countTables(database: D1Database): Promise<number | null> {
  const query = "SELECT count(*) AS tables FROM sqlite_schema WHERE name NOT GLOB '_cf_*'";
  return database.prepare(query).first<number>("tables");
}
