import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runWrangler } from "../../src/cli/config/wrangler.ts";
import { ROOT } from "../../src/cli/root.ts";

/**
 * Both sets of migrations, applied by `wrangler d1 migrations apply`. Rows come in between: each file of
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

interface Installation {
  /** Copies migrations up to this one, and lets wrangler apply them. */
  migrate(last?: string): Promise<void>;
  open<T>(use: (database: DatabaseSync) => T): T;
}

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => void rmSync(folder, { recursive: true })));

function install(kind: string): Installation {
  const folder = mkdtempSync(join(tmpdir(), "leadsy-migrations-"));
  folders.push(folder);
  mkdirSync(join(folder, "migrations"));
  writeFileSync(
    join(folder, "wrangler.toml"),
    `name = "migrations"\ncompatibility_date = "2026-10-20"\n[[d1_databases]]\nbinding = "DB"\n` +
      `database_name = "db"\ndatabase_id = "00000000-0000-0000-0000-000000000001"\nmigrations_dir = "migrations"\n`,
  );
  return {
    async migrate(last = "9999") {
      for (const file of files(kind).filter((name) => name <= `${last}.sql`)) {
        cpSync(join(ROOT, "migrations", kind, file), join(folder, "migrations", file));
      }
      const target = [
        "--local",
        "--persist-to",
        join(folder, "state"),
        "--config",
        join(folder, "wrangler.toml"),
      ];
      await runWrangler(["d1", "migrations", "apply", "DB", ...target]);
    },
    open(use) {
      const [path = ""] = globSync(join(folder, "state/v3/d1/*/*.sqlite")).filter(
        (file) => basename(file) !== "metadata.sqlite",
      );
      const database = new DatabaseSync(path);
      try {
        database.exec("PRAGMA foreign_keys = ON");
        return use(database);
      } finally {
        database.close();
      }
    },
  };
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
      const select = database.prepare(`SELECT rowid AS "#", * FROM "${table}" ORDER BY 1, 2, 3`);
      return [table, select.all() as Row[]];
    }),
  );
}

const KINDS = ["directory", "leads"] as const;
const installations = KINDS.map((kind) => ({
  kind,
  empty: install(kind),
  used: install(kind),
  /** What was in the used one before the migrations after its last seed. */
  before: new Map<string, Row[]>(),
}));

// All at once: wrangler starts a runtime for each migration.
beforeAll(async () => {
  await Promise.all(
    installations.map(async (installation) => {
      const { kind, empty, used } = installation;
      await empty.migrate();
      for (const seed of seeds(kind)) {
        await used.migrate(basename(seed, ".sql"));
        used.open((database) => {
          database.exec(readFileSync(join(ROOT, "test/fixtures/migrations", kind, seed), "utf8"));
          installation.before = contents(database);
        });
      }
      await used.migrate();
    }),
  );
}, 300_000);

describe.each(installations)("the migrations of $kind", (installation) => {
  const { kind, empty, used } = installation;

  test("apply to an empty database, all of them, with every table and trigger that they name", () => {
    empty.open((database) => {
      const applied = database.prepare("SELECT name FROM d1_migrations ORDER BY id").all();
      expect(applied.map(({ name }) => name)).toEqual(files(kind));
      const there = database.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").all();
      const sql = files(kind).map((file) => readFileSync(join(ROOT, "migrations", kind, file), "utf8"));
      const dropped = sql.flatMap((text) =>
        [...text.matchAll(/DROP TRIGGER (\w+)/g)].map(([, name]) => name),
      );
      const made = sql.flatMap((text) =>
        [...text.matchAll(/^CREATE TRIGGER (\w+)/gm)].map(([, name]) => name),
      );
      expect(made.length).toBeGreaterThan(7);
      const names = new Set(there.map(({ name }) => name));
      expect(
        [...new Set(made)].filter((name) => !names.has(String(name)) && !dropped.includes(name)),
      ).toEqual([]);
      expect(database.prepare("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
    });
  });

  test("apply to one that is in use, and keep every row and value of it", () => {
    const { before } = installation;
    const bare = [...before].filter(([, rows]) => rows.length === 0).map(([table]) => table);
    expect(before.size).toBeGreaterThan(15);
    expect(bare, "tables without a row").toEqual([]);
    used.open((database) => {
      const after = contents(database);
      for (const [table, rows] of before) {
        if (CHANGED[kind]?.includes(table)) continue;
        expect(
          after.get(table)?.map((row, index) => kept(table, row, rows[index])),
          table,
        ).toEqual(rows);
      }
      expect(database.prepare("PRAGMA foreign_key_check").all()).toEqual([]);
      expect(database.prepare("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
    });
  });

  test("leave the same tables in both", () => {
    const schema = (database: DatabaseSync) =>
      database.prepare("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").all();
    expect(used.open(schema)).toEqual(empty.open(schema));
  });

  test.runIf(kind === "leads")("leave the custom fields of old leads to be registered by a count", () => {
    const companies = "SELECT company_id FROM lead_counts WHERE leads > 0 ORDER BY 1";
    const incomplete =
      "SELECT company_id FROM custom_field_counts WHERE complete = 0 AND due_at = 0 ORDER BY 1";
    used.open((database) => {
      expect(database.prepare(companies).all().length).toBeGreaterThan(0);
      expect(database.prepare(incomplete).all()).toEqual(database.prepare(companies).all());
    });
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
