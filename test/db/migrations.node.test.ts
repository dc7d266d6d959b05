import { globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { unstable_splitSqlQuery as splitSql } from "wrangler";
import { runWrangler } from "../../src/cli/config/wrangler.ts";
import { ROOT } from "../../src/cli/root.ts";

/**
 * Both sets of migrations. To an empty database `wrangler d1 migrations apply` applies them, whose splitting of SQL is
 * the one that production gets; it starts a runtime for each file, so that all but the last are put into one. To a
 * database in use each is applied in a transaction of its own, with rows in between: each file of
 * test/fixtures/migrations is run right after the migration of its name. A migration that makes a table that is to
 * be kept in a later one needs such a file, too.
 */

/** Values that a migration changes on purpose, as `table.column`, and tables that one drops. */
const CHANGED: Record<string, string[]> = {
  directory: ["idempotency_keys"],
  leads: [
    "leads.dedupe_key",
    "import_chunks.start_offset",
    "import_chunks.end_offset",
    "import_chunks.leads_up_to",
  ],
};
/** What no row stays in, and what is not a table of ours. */
const WITHOUT_ROWS = /^(refusals$|sqlite_|_cf_|d1_migrations$|lead_search_)/;

type Row = Record<string, unknown>;

/** The name under which all migrations but the last are applied together. */
const TOGETHER = "0000_together.sql";

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => void rmSync(folder, { recursive: true })));

/** Lets wrangler apply all migrations of a kind to a database that is not there yet. @returns the database's file. */
async function applyToEmpty(kind: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "leadsy-migrations-"));
  folders.push(folder);
  const migrations = join(folder, "migrations");
  mkdirSync(migrations);
  const config = join(folder, "wrangler.toml");
  writeFileSync(
    config,
    `name = "migrations"\ncompatibility_date = "2026-10-20"\n[[d1_databases]]\nbinding = "DB"\n` +
      `database_name = "db"\ndatabase_id = "00000000-0000-0000-0000-000000000001"\nmigrations_dir = "migrations"\n`,
  );
  const names = files(kind);
  writeFileSync(
    join(migrations, TOGETHER),
    names
      .slice(0, -1)
      .map((name) => textOf(kind, name))
      .join("\n"),
  );
  for (const name of names.slice(-1)) writeFileSync(join(migrations, name), textOf(kind, name));
  const target = ["--local", "--persist-to", join(folder, "state"), "--config", config];
  await runWrangler(["d1", "migrations", "apply", "DB", ...target]);
  const [path = ""] = globSync(join(folder, "state/v3/d1/*/*.sqlite")).filter(
    (file) => basename(file) !== "metadata.sqlite",
  );
  return path;
}

/** Applies one migration as D1 does: statement by statement, all or none, with foreign keys enforced. */
function apply(database: DatabaseSync, kind: string, name: string): void {
  database.exec("BEGIN");
  for (const statement of splitSql(textOf(kind, name))) database.exec(statement);
  database.exec("COMMIT");
}

function textOf(kind: string, name: string): string {
  return readFileSync(join(ROOT, "migrations", kind, name), "utf8");
}

function files(kind: string): string[] {
  return readdirSync(join(ROOT, "migrations", kind))
    .filter((name) => name.endsWith(".sql"))
    .sort();
}

function seeds(kind: string): string[] {
  return readdirSync(join(ROOT, "test/fixtures/migrations", kind)).sort();
}

function tables(database: DatabaseSync): string[] {
  const rows = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").all();
  return rows.map(({ name }) => String(name)).filter((name) => !WITHOUT_ROWS.test(name));
}

function contents(database: DatabaseSync): Map<string, Row[]> {
  return new Map(
    tables(database).map((table) => {
      const made = database.prepare("SELECT sql FROM sqlite_master WHERE name = ?").get(table)?.sql;
      const rowid = String(made).endsWith("WITHOUT ROWID") ? "" : `rowid AS "#",`;
      const select = database.prepare(`SELECT ${rowid} * FROM "${table}" ORDER BY 1, 2, 3`);
      return [table, select.all() as Row[]];
    }),
  );
}

const installations = ["directory", "leads"].map((kind) => ({
  kind,
  /** The file of the one that was empty. */
  empty: "",
  used: new DatabaseSync(":memory:"),
  /** What was in the used one before the migrations after its last seed. */
  before: new Map<string, Row[]>(),
}));

beforeAll(async () => {
  await Promise.all(
    installations.map(async (installation) => {
      const { kind, used } = installation;
      for (const file of files(kind)) {
        apply(used, kind, file);
        if (!seeds(kind).includes(file)) continue;
        used.exec(readFileSync(join(ROOT, "test/fixtures/migrations", kind, file), "utf8"));
        installation.before = contents(used);
      }
      installation.empty = await applyToEmpty(kind);
    }),
  );
}, 300_000);

describe.each(installations)("the migrations of $kind", (installation) => {
  const { kind, used } = installation;

  test("apply to an empty database, all of them, with every table and trigger that they name", () => {
    const empty = new DatabaseSync(installation.empty);
    const applied = empty.prepare("SELECT name FROM d1_migrations ORDER BY id").all();
    expect(applied.map(({ name }) => name)).toEqual([TOGETHER, files(kind).at(-1)]);
    const there = empty.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").all();
    const sql = files(kind).map((file) => textOf(kind, file));
    const dropped = sql.flatMap((text) => [...text.matchAll(/DROP TRIGGER (\w+)/g)].map(([, name]) => name));
    const made = sql.flatMap((text) => [...text.matchAll(/^CREATE TRIGGER (\w+)/gm)].map(([, name]) => name));
    expect(made.length).toBeGreaterThan(7);
    const names = new Set(there.map(({ name }) => name));
    expect([...new Set(made)].filter((name) => !names.has(String(name)) && !dropped.includes(name))).toEqual(
      [],
    );
    expect(empty.prepare("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
  });

  test("apply to one that is in use, and keep every row and value of it", () => {
    const { before } = installation;
    const bare = [...before].filter(([, rows]) => rows.length === 0).map(([table]) => table);
    expect(before.size).toBeGreaterThan(15);
    expect(bare, "tables without a row").toEqual([]);
    const after = contents(used);
    for (const [table, rows] of before) {
      if (CHANGED[kind]?.includes(table)) continue;
      expect(
        after.get(table)?.map((row, index) => kept(table, row, rows[index])),
        table,
      ).toEqual(rows);
    }
    expect(used.prepare("PRAGMA foreign_key_check").all()).toEqual([]);
    expect(used.prepare("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
  });

  test("leave the same tables in both", () => {
    // Without what D1 and wrangler keep for themselves.
    const schema = (database: DatabaseSync) =>
      database
        .prepare(
          `SELECT type, name, sql FROM sqlite_master
           WHERE tbl_name NOT GLOB '_cf_*' AND tbl_name <> 'd1_migrations' ORDER BY type, name`,
        )
        .all();
    expect(schema(used)).toEqual(schema(new DatabaseSync(installation.empty)));
  });

  test.runIf(kind === "leads")("leave the custom fields of old leads to be registered by a count", () => {
    const companies = "SELECT company_id FROM lead_counts WHERE leads > 0 ORDER BY 1";
    const incomplete =
      "SELECT company_id FROM custom_field_counts WHERE complete = 0 AND due_at = 0 ORDER BY 1";
    expect(used.prepare(companies).all().length).toBeGreaterThan(0);
    expect(used.prepare(incomplete).all()).toEqual(used.prepare(companies).all());
  });

  /** What a row had before, as it is now. */
  function kept(table: string, now: Row, before: Row = {}): Row {
    return Object.fromEntries(
      Object.keys(before).map((column) => [
        column,
        CHANGED[kind]?.includes(`${table}.${column}`) ? before[column] : now[column],
      ]),
    );
  }
});
