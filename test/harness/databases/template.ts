/** A database as its migrations leave it, written down: making it again takes one call instead of one a migration. */
export interface Template {
  tables: string[];
  rows: Insert[];
  /** Where ids begin: said last, since each row that is inserted changes it. */
  sequences: Insert[];
  /** Indexes and triggers, which are made when the rows are there. */
  others: string[];
}

interface Insert {
  sql: string;
  values: unknown[];
}

/** How many values a statement of D1 may bind. */
const MAX_VALUES = 100;

/** Writes a database down: its tables, what is in them, its indexes and its triggers. */
export async function readTemplate(database: D1Database): Promise<Template> {
  // The tables that an index of words keeps for itself come with it.
  const { results: objects } = await database
    .prepare(
      `SELECT type, name, sql FROM sqlite_schema
       WHERE sql IS NOT NULL AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '_cf_*'
         AND name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow') ORDER BY rowid`,
    )
    .all<{ type: string; name: string; sql: string }>();
  const tables = objects.filter(({ type }) => type === "table");
  const kept = ["sqlite_sequence", ...tables.filter(({ sql }) => !isVirtual(sql)).map(({ name }) => name)];
  const contents = await database.batch<Record<string, unknown>>(
    kept.map((name) => database.prepare(`SELECT * FROM "${name}"`)),
  );
  const [sequences = [], ...rows] = contents.map(({ results }, index) =>
    insertsOf(kept[index] ?? "", results),
  );
  return {
    tables: tables.map(({ sql }) => sql),
    rows: rows.flat(),
    sequences,
    others: objects.filter(({ type }) => type !== "table").map(({ sql }) => sql),
  };
}

const isVirtual = (sql: string) => /^CREATE VIRTUAL /i.test(sql);

function insertsOf(table: string, rows: Record<string, unknown>[]): Insert[] {
  const [first] = rows;
  if (!first) return [];
  const columns = Object.keys(first);
  const most = Math.floor(MAX_VALUES / columns.length);
  const names = columns.map((name) => `"${name}"`).join(", ");
  const marks = `(${columns.map(() => "?").join(", ")})`;
  const inserts: Insert[] = [];
  for (let from = 0; from < rows.length; from += most) {
    const some = rows.slice(from, from + most);
    inserts.push({
      sql: `INSERT INTO "${table}" (${names}) VALUES ${some.map(() => marks).join(", ")}`,
      values: some.flatMap((row) => columns.map((name) => row[name])),
    });
  }
  return inserts;
}

/** Makes an empty database what a template says. */
export async function applyTemplate(database: D1Database, template: Template): Promise<void> {
  const { tables, rows, sequences, others } = template;
  const withoutValues = (sql: string): Insert => ({ sql, values: [] });
  const statements = [
    withoutValues("PRAGMA defer_foreign_keys = ON"),
    ...tables.map(withoutValues),
    ...rows,
    withoutValues("DELETE FROM sqlite_sequence"),
    ...sequences,
    ...others.map(withoutValues),
  ];
  await database.batch(statements.map(({ sql, values }) => database.prepare(sql).bind(...values)));
}
