import { beforeAll, describe, expect, test } from "vitest";
import { fillRootsStatements } from "../../../../src/erasures/space/fill-roots.ts";
import { rebuildIndexes } from "../../../../src/erasures/space/rebuild-indexes.ts";
import { sparse, spreadStatements } from "../../../../src/erasures/space/spread-rows.ts";
import { createCompany, type TestCompany } from "../../../harness/factories.ts";
import { createLead } from "../../../harness/leads.ts";

/** What goes over live rows to get at the space between them leaves these as they are. */

let company: TestCompany;
let leadId: number;

beforeAll(async () => {
  company = await createCompany();
  const long = "ñandú 🎪 ".repeat(3000);
  for (const notes of [null, "", ".", "x".repeat(57), "x".repeat(58), "y".repeat(8186), long]) {
    leadId = (await createLead(company, { notes, email: null, customFields: { a: long.slice(0, 200) } })).id;
  }
  const { database, id } = company;
  await database.batch([
    database.prepare("UPDATE leads SET version = 123456789012 WHERE id = ?").bind(leadId),
    database
      .prepare(
        `INSERT INTO lead_notes (company_id, lead_id, author_id, body, created_at)
         VALUES (?1, ?2, 1, '...', 1790000000000), (?1, ?2, 300, ?3, 0)`,
      )
      .bind(id, leadId, long),
    database
      .prepare(
        `INSERT INTO keyed_requests (key_hash, operation, fingerprint, lease_id, leased_until, object_id, created_at)
         VALUES (?, 'createLead', 'f', ?, 70000, 8000000, 1)`,
      )
      .bind(`h${id}`, crypto.randomUUID()),
    database
      .prepare("INSERT INTO custom_fields (company_id, name, seen_at) VALUES (?, 'a', 1790000000000)")
      .bind(id),
  ]);
});

const TABLES = {
  leads: "leads",
  notes: "lead_notes",
  requests: "keyed_requests",
  rejections: "import_rejections",
  fields: "custom_fields",
} as const;
const rowsOf = async (table: string) =>
  (await company.database.prepare(`SELECT *, rowid AS place FROM ${table} ORDER BY rowid`).raw()) as unknown;
const schema = async () =>
  (await company.database.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").all()).results;

test.each(Object.entries(TABLES))("%s that took a page each are what they were", async (kind, table) => {
  const before = await rowsOf(table);
  const last = await company.database.prepare(`SELECT max(rowid) AS id FROM ${table}`).first<number>("id");
  const [spread] = await company.database.batch(
    spreadStatements(company.database, kind as keyof typeof TABLES, last ?? 0),
  );
  if (kind !== "rejections") expect(spread?.meta.changes).toBeGreaterThan(0);
  expect(await rowsOf(table)).toEqual(before);
});

test("what fills the first pages of tables is gone", async () => {
  const state = () =>
    Promise.all(
      [...Object.values(TABLES), "lead_tags", "lead_counts", "custom_field_counts", "sqlite_sequence"].map(
        rowsOf,
      ),
    );
  const before = await state();
  await company.database.batch(fillRootsStatements(company.database));
  expect(await state()).toEqual(before);
});

describe("the indexes with texts", () => {
  test("are what they were", async () => {
    const before = await schema();
    await rebuildIndexes(company.database, 1000);
    expect(await schema()).toEqual(before);
    expect(await company.database.prepare("PRAGMA quick_check").first()).toEqual({ quick_check: "ok" });
  });

  test("stay where one was changed since they were read", async () => {
    const { database } = company;
    const change = (columns: string) =>
      database.batch([
        database.prepare("DROP INDEX lead_tags_company"),
        database.prepare(
          `CREATE INDEX \`lead_tags_company\` ON \`lead_tags\` (\`company_id\`,\`tag\`${columns})`,
        ),
      ]);
    const before = await schema();
    const meanwhile = {
      prepare: (sql: string) => database.prepare(sql),
      async batch(statements: D1PreparedStatement[]) {
        await change("");
        return database.batch(statements);
      },
    } as D1Database;
    await expect(rebuildIndexes(meanwhile, 1000)).rejects.toThrow(/malformed JSON/);
    await change(",`lead_id`");
    expect(await schema()).toEqual(before);
  });
});

test("places close to another are left out", () => {
  expect(sparse([1, 2, 50, 52, 90, 103, 400])).toEqual([1, 52, 103, 400]);
});
