import { sql } from "drizzle-orm";
import { openLeads } from "../../src/db/clients.ts";
import { campaignCounts, leadCounts, leads } from "../../src/db/leads/schema.ts";
import { markAnswers } from "../../src/questions/mark-answers.ts";
import type { TestCompany } from "./factories.ts";

/** A lead of a company, made without an import. It counts as the product's own leads do. */
export async function createLead(company: TestCompany, differs: Partial<typeof leads.$inferInsert> = {}) {
  const email = differs.email ?? `${crypto.randomUUID()}@example.test`;
  const now = Date.now();
  const db = openLeads(company.database);
  const values = {
    companyId: company.id,
    email,
    stageId: 1,
    createdAt: now,
    updatedAt: now,
  };
  const campaignId = differs.campaignId ?? null;
  const counted = Number(!differs.deletedAt);
  const [[row]] = await db.batch([
    db
      .insert(leads)
      .values({ ...values, ...differs })
      .returning(),
    db
      .insert(leadCounts)
      .values({ companyId: company.id, leads: counted })
      .onConflictDoUpdate({
        target: leadCounts.companyId,
        set: { leads: sql`${leadCounts.leads} + ${counted}` },
      }),
    db
      .insert(campaignCounts)
      .select(sql`SELECT ${campaignId}, ${counted} WHERE ${campaignId} IS NOT NULL`)
      .onConflictDoUpdate({
        target: campaignCounts.campaignId,
        set: { leads: sql`${campaignCounts.leads} + ${counted}` },
      }),
    ...markAnswers(db, company.id, [differs.answers ?? null]),
  ]);
  if (!row) throw new Error("no lead");
  return row;
}

let columns: Promise<string> | undefined;

/** The columns of a lead that are the same in a copy of it. */
async function copiedColumns(database: D1Database): Promise<string> {
  const query =
    "SELECT group_concat(name, ', ') AS names FROM pragma_table_info('leads') WHERE name NOT IN ('id', 'company_id', 'import_id')";
  return String(await database.prepare(query).first("names"));
}

/**
 * Gives a company copies of another one's leads: what an import left is there without the cost of the import.
 *
 * @param to in the same store. No index is asked for, nor one that was asked for before awaited.
 */
export async function copyLeads(from: { id: number }, to: TestCompany): Promise<void> {
  const { database, id } = to;
  columns ??= copiedColumns(database);
  const names = await columns;
  const copies = [
    `INSERT INTO leads (company_id, ${names}) SELECT ?, ${names} FROM leads WHERE company_id = ? ORDER BY id`,
    "INSERT INTO lead_counts (company_id, leads) SELECT ?, leads FROM lead_counts WHERE company_id = ?",
  ];
  await database.batch([
    ...copies.map((sql) => database.prepare(sql).bind(id, from.id)),
    database.prepare("UPDATE search_progress SET queued_at = NULL, leased_until = NULL"),
  ]);
}

/** How many leads of a company are there, and how many it counts. */
export async function countLeads({ id, database }: TestCompany): Promise<{ leads: number; counted: number }> {
  const row = await database
    .prepare(
      `SELECT (SELECT count(*) FROM leads WHERE company_id = ?1 AND deleted_at IS NULL) AS leads,
         coalesce((SELECT leads FROM lead_counts WHERE company_id = ?1), 0) AS counted`,
    )
    .bind(id)
    .first<{ leads: number; counted: number }>();
  if (!row) throw new Error("no count");
  return row;
}
