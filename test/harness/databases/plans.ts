import { createClient } from "../../../src/db/client.ts";

/**
 * Looks at how SQLite would run every statement that the product sends through the door to D1: a table of companies,
 * people or leads grows for ever, and a statement that scans one gets slower with each of them.
 */

/** Tables that do not grow with use, and why. */
const SMALL: Record<string, string> = {
  accesses: "a catalogue: a row a role",
  legal_terms: "a row a version and language, published by an operator",
  memberships: "a catalogue: a row a plan that is sold",
  refusals: "never has a row: writing one rolls the transaction back",
  search_progress: "a row a store",
  sqlite_schema: "a row a table, an index or a trigger",
  sqlite_sequence: "a row a table",
  stages: "a catalogue",
};

/** Indexes of what waits to be done, which are as long as the backlog, however large their table is; and why. */
const BACKLOGS: Record<string, string> = {
  erasures_turns: "erasures that are not done",
  import_undos_turns: "undos that are not done",
  imports_without_ancestors: "imports whose company's ancestors are still to be looked up",
  mails_waiting: "mails that are neither sent nor given up",
  webhooks_at_work: "webhooks that are on: once a minute each is looked at, and a company has 20 at the most",
};

/** Statements that go over a whole table for a reason. */
const ALLOWED: { statement: RegExp; tables: string[]; reason: string }[] = [
  {
    statement: /^insert into "?(imports|campaigns|legal_terms|users|company_memberships)"? /i,
    tables: ["leads", "legal_approvals", "invitations", "audit_events", "billing_events"],
    reason:
      "Rows that refer to the new one are only looked for while the statement has broken a foreign key: the program " +
      "jumps over the scan by FkIfZero, which its plan does not show. A DELETE has no such jump.",
  },
  {
    statement:
      / from "(users|imports|companies)" (?:(?!where).)*(?:where 1 |where \(1 and imports\.is_batch = 0\) )?order by "\1"\."id" (asc|desc) limit \?(?: offset \?)?$/i,
    tables: ["users", "imports", "companies"],
    reason: "An operator's page walks all rows in the order of their ids, and ends with its limit.",
  },
  {
    statement:
      /^select count\(\*\) as "?total"? from \(select 1 from "(users|imports|companies)"(?: where 1| where \(1 and imports\.is_batch = 0\))? limit \?\)$/i,
    tables: ["users", "imports", "companies"],
    reason: "An operator's total stops counting at its limit.",
  },
];

/** Statements whose plans are still to be looked at, and all that were recorded so far. */
let unexplained: string[] = [];
const recorded = new Set<string>();

/** Records what every client of the door is asked to prepare, from the first call on. */
export function recordStatements(): void {
  if (isRecording) return;
  isRecording = true;
  const context = { database: "none", policy: { timeLimit: 0, pauses: [] } } as never;
  const door = Object.getPrototypeOf(createClient({} as never, context)) as {
    prepare(sql: string): unknown;
  };
  const { prepare } = door;
  door.prepare = function (this: unknown, sql: string) {
    // What makes an index has no plan.
    if (!recorded.has(sql) && !/^(CREATE|DROP) /.test(sql)) {
      recorded.add(sql);
      unexplained.push(sql);
    }
    return prepare.call(this, sql);
  };
}

let isRecording = false;

/** A statement that goes over a table that grows. */
export interface Scan {
  sql: string;
  steps: string[];
}

/**
 * Asks how the statements that were recorded since the last call would be run.
 *
 * @param databases one of each kind; a statement is for the one that knows its tables.
 */
export async function explainStatements(
  databases: D1Database[],
): Promise<{ statements: string[]; scans: Scan[] }> {
  const statements = unexplained;
  unexplained = [];
  const scans: Scan[] = [];
  if (statements.length === 0) return { statements, scans };
  await readTables(databases);
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
  if (!name || name === "CONSTANT" || /^\d+(-ROW)?$/.test(name) || name.startsWith("(")) return false;
  if (rest.includes("VIRTUAL TABLE"))
    return name === "lead_search" && !/VIRTUAL TABLE INDEX \d+:\S/.test(rest);
  const [, index = ""] = /USING (?:COVERING )?INDEX (\S+)/.exec(rest) ?? [];
  if (Object.hasOwn(BACKLOGS, index)) return false;
  if (isCommonTable(name, sql)) return false;
  const called = tablesCalled(name, sql);
  // What a statement does not name it looks at for a foreign key.
  const tables = called.length === 0 && TABLES.has(name) ? [name] : called;
  if (tables.length === 0) return !isSubquery(name, sql);
  return tables.some(
    (table) =>
      !Object.hasOwn(SMALL, table) &&
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

/** Reads what tables there are, once. */
async function readTables(databases: D1Database[]): Promise<void> {
  if (TABLES.size > 0) return;
  for (const database of databases) {
    const { results } = await database
      .prepare("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')")
      .all<{ name: string }>();
    for (const { name } of results) TABLES.add(name);
    TABLES.add("sqlite_schema");
  }
}
