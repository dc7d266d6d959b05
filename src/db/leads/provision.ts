/** How far the ids of two lead stores are apart: the store of any row is `floor(id / 10¹²)`. */
export const STORE_SPAN = 1_000_000_000_000;

const TABLES = [
  "campaigns",
  "questions",
  "question_options",
  "cycles",
  "imports",
  "leads",
  "lead_stage_changes",
  "lead_notes",
  "lead_sources",
  "custom_fields",
  "territories",
  "erasures",
  "webhooks",
  "webhook_deliveries",
];

/**
 * The statements that set a lead store's range of ids; to run once, after the migrations and before the
 * first row. Running them again changes nothing, with or without rows.
 *
 * @param number the store's number: 0 for LEADS_0.
 */
export function provisionStatements(number: number): string[] {
  return TABLES.map(
    (table) =>
      `INSERT INTO sqlite_sequence (name, seq) SELECT '${table}', ${number * STORE_SPAN} ` +
      `WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = '${table}')`,
  );
}

/** Sets a lead store's range of ids; see {@link provisionStatements}. */
export async function provisionStore(store: D1Database, number: number): Promise<void> {
  await store.batch(provisionStatements(number).map((sql) => store.prepare(sql)));
}
