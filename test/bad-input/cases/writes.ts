import { env } from "cloudflare:test";
import { PATIENCE_MS } from "../../harness/runtime/patience.ts";

/** The databases that a test's own companies live in. */
const DATABASES = [env.DIRECTORY, env.LEADS_0];

/** What the API writes although a request was refused, or writes later of its own accord. */
const PASSED_OVER = [
  // Failed sign-ins are counted.
  "login_failures insert",
  "login_failures update",
  "login_failures delete",
  // The queue marks mails as sent whenever it comes to it.
  "mails update",
  // What an earlier request did is carried into the trail.
  "audit_outbox delete",
];
/** What an earlier request wrote is put into the index of words: its progress, and whose it is. */
const INDEX = "search_";
const DELIVERIES = "webhook_deliveries ";
/** How many columns one statement looks through: an expression has a depth of at most 100. */
const COLUMNS_AT_ONCE = 40;

/** Up to where the notes of each database were read. */
const seen = new Map<D1Database, number>();
/** The database and the columns of each table. */
const tables = new Map<string, { database: D1Database; columns: string[] }>();

/** Begins to note every row that is inserted, updated or deleted, in any table but an index of words. */
export async function watchWrites(): Promise<void> {
  for (const database of DATABASES) {
    const { results } = await database
      .prepare(
        `SELECT t.name, t.wr AS keyed, json_group_array(c.name) AS columns FROM pragma_table_list t, pragma_table_info(t.name) c
         WHERE t.type = 'table' AND t.name NOT GLOB '_cf_*' AND t.name NOT GLOB 'sqlite_*' GROUP BY t.name`,
      )
      .all<{ name: string; keyed: 0 | 1; columns: string }>();
    await database.batch([
      database.prepare(
        "CREATE TABLE writes (id INTEGER PRIMARY KEY, what TEXT NOT NULL, row INTEGER NOT NULL)",
      ),
      ...results.flatMap(({ name, keyed }) =>
        ["insert", "update", "delete"].map((deed) => trigger(database, name, deed, keyed === 1)),
      ),
    ]);
    // A table without rowids has ids alone, and no text of anybody.
    for (const { name, columns } of results.filter(({ keyed }) => keyed === 0))
      tables.set(name, { database, columns: JSON.parse(columns) });
    seen.set(database, 0);
  }
}

function trigger(database: D1Database, table: string, deed: string, keyed: boolean): D1PreparedStatement {
  const row = keyed ? "0" : deed === "delete" ? "OLD.rowid" : "NEW.rowid";
  return database.prepare(
    `CREATE TRIGGER writes_${table}_${deed} AFTER ${deed} ON "${table}"
     BEGIN INSERT INTO writes (what, row) VALUES ('${table} ${deed}', ${row}); END`,
  );
}

interface Write {
  /** As `table deed`. */
  what: string;
  row: number;
}

/** What was written since this was last asked, as `table deed`, a row a word; what rolled back was not. */
export async function written(): Promise<string[]> {
  await untilDone();
  return (await writes()).map(({ what }) => what);
}

async function writes(): Promise<Write[]> {
  const notes = (await Promise.all(DATABASES.map(notesOf))).flat();
  // What an earlier request did is delivered to webhooks, which then say up to where: both are written together.
  const delivers = notes.some(({ what }) => what.startsWith(DELIVERIES));
  return notes.filter(
    ({ what }) =>
      !PASSED_OVER.includes(what) &&
      !what.startsWith(INDEX) &&
      !(delivers && (what.startsWith(DELIVERIES) || what === "webhooks update")),
  );
}

/** Waits for what goes on writing after its answer: imports, and erasures of people. */
async function untilDone(): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline && (await isAtWork())) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function isAtWork(): Promise<boolean> {
  const [inStore, inDirectory] = await Promise.all([
    env.LEADS_0.prepare(
      `SELECT EXISTS (SELECT 1 FROM imports WHERE status IN (0, 1))
         OR EXISTS (SELECT 1 FROM erasures WHERE finished_at IS NULL) AS is_at_work`,
    ).first<{ is_at_work: number }>(),
    env.DIRECTORY.prepare(
      `SELECT EXISTS (SELECT 1 FROM multipart_uploads u JOIN uploaded_parts p ON p.upload_id = u.id
         WHERE u.import_code IS NOT NULL) AS is_at_work`,
    ).first<{ is_at_work: number }>(),
  ]);
  return inStore?.is_at_work === 1 || inDirectory?.is_at_work === 1;
}

async function notesOf(database: D1Database): Promise<Write[]> {
  // What is only recorded changes nothing: a sign-in that failed, an export or a file that was asked for.
  const recorded = `(SELECT a.id FROM audit_events a WHERE a.action IN (
    'user.sign_in_failed', 'company.leads_exported', 'import.original_downloaded', 'import.error_file_downloaded'))`;
  const carried = "(SELECT a.id FROM audit_events a WHERE a.source_id IS NOT NULL)";
  const but =
    database === env.DIRECTORY
      ? `AND NOT (what = 'audit_events insert' AND (row IN ${recorded} OR row IN ${carried}))`
      : "";
  const { results } = await database
    .prepare(`SELECT id, what, row FROM writes WHERE id > ? ${but} ORDER BY id`)
    .bind(seen.get(database) ?? 0)
    .all<Write & { id: number }>();
  const last = results.at(-1);
  if (last) seen.set(database, last.id);
  return results;
}

/**
 * Whether one of some values stands just as it is, alone or in JSON, in a row that was written since
 * {@link written} or this was last asked.
 */
export async function isKept(values: unknown[]): Promise<boolean> {
  const rows = Map.groupBy(await writes(), ({ what }) => what.split(" ")[0] ?? "");
  const queries = [...rows].flatMap(([name, wrote]) => {
    const { database, columns = [] } = tables.get(name) ?? {};
    if (!database) return [];
    return inGroups(columns).map((some) => {
      const is = some.map((one) => `t."${one}" IS e.value OR instr(t."${one}", json_quote(e.value))`);
      const query = database
        .prepare(
          `SELECT 1 FROM "${name}" AS t, json_each(?) AS e
           WHERE t.rowid IN (SELECT value FROM json_each(?)) AND (${is.join(" OR ")}) LIMIT 1`,
        )
        .bind(JSON.stringify(values), JSON.stringify(wrote.map(({ row }) => row)));
      return { database, query };
    });
  });
  const answers = await Promise.all(
    [...Map.groupBy(queries, ({ database }) => database)].map(([database, some]) =>
      database.batch(some.map(({ query }) => query)),
    ),
  );
  return answers.flat().some(({ results }) => results.length > 0);
}

function inGroups(columns: string[]): string[][] {
  const groups = Math.ceil(columns.length / COLUMNS_AT_ONCE);
  return Array.from({ length: groups }, (_, at) =>
    columns.slice(at * COLUMNS_AT_ONCE, (at + 1) * COLUMNS_AT_ONCE),
  );
}

/** Every row of every table, as it is stored. */
export async function allRows(): Promise<Record<string, unknown>[]> {
  const rows = [...tables].map(([name, { database }]) =>
    database.prepare(`SELECT * FROM "${name}"`).all<Record<string, unknown>>(),
  );
  return (await Promise.all(rows)).flatMap(({ results }) => results);
}

/** The keys of all files. */
export async function files(): Promise<string[]> {
  return (await env.FILES.list()).objects.map(({ key }) => key);
}
