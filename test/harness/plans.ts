import { createClient } from "../../src/db/client.ts";

/**
 * Looks at how SQLite would run every statement that the product sends through the door to D1: what a table has of
 * companies, people or leads grows for ever, and whoever goes over all of it gets slower with each of them.
 */

/** Tables that do not grow with use: catalogues, and what has one row a store. */
const SMALL = new Set([
  ...["accesses", "legal_terms", "memberships", "refusals", "stages"],
  ...["search_progress", "sqlite_sequence", "sqlite_schema"],
]);

/** Indexes of what waits to be done: they are as long as the backlog, however large their table is. */
const BACKLOGS = new Set([
  "erasures_turns",
  "imports_unfinished",
  "imports_without_ancestors",
  "mails_waiting",
]);

/** Statements that go over a whole table for a reason. */
const ALLOWED: { statement: RegExp; tables: string[]; reason: string }[] = [
  {
    statement: /^insert into "(imports|campaigns|legal_terms)" /,
    tables: ["leads", "legal_approvals"],
    reason:
      "Rows that refer to the new one are only looked for while the statement has broken a foreign key: the program " +
      "jumps over the scan by FkIfZero, which its plan does not show. A DELETE has no such jump.",
  },
  {
    statement:
      / from "(users|imports|companies)" (?:(?!where).)*(?:where 1 )?order by "\1"\."id" (asc|desc) limit \?(?: offset \?)?$/i,
    tables: ["users", "imports", "companies"],
    reason: "An operator's page walks all rows in the order of their ids, and ends with its limit.",
  },
  {
    statement:
      /^select count\(\*\) as "?total"? from \(select 1 from "(users|imports|companies)" where 1 limit \?\)$/i,
    tables: ["users", "imports", "companies"],
    reason: "An operator's total stops counting at its limit.",
  },
];

const recorded = new Set<string>();

/** Records what every client of the door is asked to prepare, from now on. */
export function recordStatements(): void {
  const context = { database: "none", policy: { timeLimit: 0, pauses: [] } } as never;
  const door = Object.getPrototypeOf(createClient({} as never, context)) as {
    prepare(sql: string): unknown;
  };
  const { prepare } = door;
  door.prepare = function (this: unknown, sql: string) {
    recorded.add(sql);
    return prepare.call(this, sql);
  };
}

/** A statement that goes over a table that grows. */
export interface Scan {
  sql: string;
  steps: string[];
}

/**
 * Asks how the recorded statements would be run.
 *
 * @param databases one of each kind; a statement is for the one that knows its tables.
 */
export async function findScans(databases: D1Database[]): Promise<{ statements: string[]; scans: Scan[] }> {
  const statements = [...recorded];
  const scans: Scan[] = [];
  for (const sql of statements) {
    const plan = await planOf(sql, databases);
    const steps = plan.filter((step) => isScan(step, sql));
    if (steps.length > 0) scans.push({ sql, steps });
  }
  return { statements, scans };
}

async function planOf(sql: string, databases: D1Database[]): Promise<string[]> {
  let failure: unknown;
  for (const database of databases) {
    try {
      const explained = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).bind(...parametersOf(sql));
      return (await explained.all<{ detail: string }>()).results.map(({ detail }) => detail);
    } catch (error) {
      if (!/no such (table|column)/.test(String(error))) throw new Error(`${error} in ${sql}`);
      failure = error;
    }
  }
  // What a test made up on purpose, such as a statement that fails.
  if (/no such/.test(String(failure))) return [];
  throw failure;
}

/** As many values as a statement takes; which ones does not matter to its plan. */
function parametersOf(sql: string): null[] {
  const bare = sql.replace(/'(?:[^']|'')*'/g, "''");
  const numbered = [...bare.matchAll(/\?(\d+)/g)].map(([, number]) => Number(number));
  const count = numbered.length > 0 ? Math.max(...numbered) : bare.split("?").length - 1;
  return Array<null>(count).fill(null);
}

/** Whether a step goes over all of a table that grows, by its rows or by an index that covers them. */
function isScan(step: string, sql: string): boolean {
  const [, name = "", rest = ""] = /^SCAN (\S+)(.*)$/.exec(step) ?? [];
  if (!name || name === "CONSTANT" || /^\d+$/.test(name) || name.startsWith("(")) return false;
  if (rest.includes("VIRTUAL TABLE"))
    return name === "lead_search" && !/VIRTUAL TABLE INDEX \d+:\S/.test(rest);
  const [, index = ""] = /USING (?:COVERING )?INDEX (\S+)/.exec(rest) ?? [];
  if (BACKLOGS.has(index)) return false;
  if (isCommonTable(name, sql)) return false;
  const called = tablesCalled(name, sql);
  // What a statement does not name it looks at for a foreign key.
  const tables = called.length === 0 && TABLES.has(name) ? [name] : called;
  if (tables.length === 0) return !isSubquery(name, sql);
  return tables.some(
    (table) =>
      !SMALL.has(table) &&
      !ALLOWED.some(({ statement, tables }) => tables.includes(table) && statement.test(sql)),
  );
}

/** The tables that a name stands for in a statement; none for that of a subquery. */
function tablesCalled(name: string, sql: string): string[] {
  const called = [
    ...sql.matchAll(/\b(?:from|join|update|into|,)\s*"?([a-z_]+)"?(?:\s+(?:as\s+)?"?([a-z_]+)"?)?/gi),
  ]
    .filter(([, table, alias]) => alias === name || table === name)
    .map(([, table = ""]) => table.toLowerCase());
  return [...new Set(called)].filter((table) => TABLES.has(table));
}

/** Whether a statement begins with a recursive query of that name, which hides a table of the same name. */
function isCommonTable(name: string, sql: string): boolean {
  const [, first] = /^\s*with\s+recursive\s+([a-z_]+)\s*\(/i.exec(sql) ?? [];
  return first === name;
}

/** Whether a name is that of a query within the statement. */
function isSubquery(name: string, sql: string): boolean {
  const escaped = name.replace(/\W/g, "\\$&");
  return (
    new RegExp(`\\b${escaped}\\b\\s*(\\([^)]*\\))?\\s+as\\s+(materialized\\s+)?\\(`, "i").test(sql) ||
    new RegExp(`\\)\\s+(as\\s+)?"?${escaped}\\b`, "i").test(sql)
  );
}

const TABLES = new Set<string>();

/** Reads what tables there are. */
export async function readTables(databases: D1Database[]): Promise<void> {
  for (const database of databases) {
    const { results } = await database
      .prepare("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')")
      .all<{ name: string }>();
    for (const { name } of results) TABLES.add(name);
  }
}
