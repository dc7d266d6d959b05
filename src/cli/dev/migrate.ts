import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { unstable_splitSqlQuery as splitSql } from "wrangler";

/** A migration that has another name since it was applied: both as paths, of which the last part counts here. */
export interface Renamed {
  from: string;
  to: string;
}

/**
 * Applies the migrations of a folder that a local database does not have yet, each with its own record in one
 * batch. The record is wrangler's, so `wrangler d1 migrations list … --local` tells the same.
 *
 * It is done here because three runs of `wrangler d1 migrations apply` take most of a start.
 *
 * @param renamed those whose record gets another name before.
 * @returns the names of those it applied.
 * @throws with the name of one that cannot be applied; those before it are.
 * @see https://developers.cloudflare.com/d1/reference/migrations/
 */
export async function migrate(
  database: D1Database,
  folder: string,
  renamed: Renamed[] = [],
): Promise<string[]> {
  await database
    .prepare(
      "CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, " +
        "applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)",
    )
    .run();
  for (const { from, to } of renamed) {
    const rename = database.prepare("UPDATE d1_migrations SET name = ? WHERE name = ?");
    await rename.bind(basename(to), basename(from)).run();
  }
  const { results } = await database.prepare("SELECT name FROM d1_migrations").all<{ name: string }>();
  const applied = new Set(results.map(({ name }) => name));
  const pending = readdirSync(folder)
    .filter((name) => name.endsWith(".sql") && !applied.has(name))
    .sort();
  for (const name of pending) {
    const statements = splitSql(readFileSync(join(folder, name), "utf8")).map((sql) => database.prepare(sql));
    const record = database.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(name);
    try {
      await database.batch([...statements, record]);
    } catch (cause) {
      throw new Error(`${name} cannot be applied: ${(cause as Error).message}`, { cause });
    }
  }
  return pending;
}
