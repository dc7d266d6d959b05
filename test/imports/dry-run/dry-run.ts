import { env } from "cloudflare:test";
import { surround } from "../../harness/bindings.ts";
import type { TestCompany } from "../../harness/factories.ts";
import { undisturbed } from "../../harness/failing-operation.ts";
import { leadsToTheLetter } from "../undo/undo-run.ts";

/** Bindings whose messages go nowhere: the test delivers. */
export const quiet = (around = undisturbed) => surround(env, around, async () => {});

/** All that a dry run must leave as it is, to the letter. */
export async function untouched(company: TestCompany) {
  const { id, database } = company;
  const rows = async (sql: string) => (await database.prepare(sql).bind(id).all()).results;
  return {
    ...(await leadsToTheLetter(company)),
    fields: await rows("SELECT * FROM custom_fields WHERE company_id = ? ORDER BY id"),
    counts: await rows("SELECT * FROM lead_counts WHERE company_id = ?"),
    matches: await rows(
      `SELECT m.* FROM import_matches m JOIN imports i ON i.id = m.import_id WHERE i.company_id = ? ORDER BY m.rowid`,
    ),
  };
}

/** What an import tells of its records: the ledger, the rejections, the warnings and the error file. */
export async function ledgerOf({ database }: TestCompany, code: string) {
  const rows = async (sql: string) => (await database.prepare(sql).bind(code).all()).results;
  const [row] = await rows(
    `SELECT created_records, updated_records, unchanged_records, duplicate_records, failed_records, warning_records,
       total_records, next_record, checkpoint_offset, failure_code FROM imports WHERE import_code = ?`,
  );
  const of = "JOIN imports i ON i.id = r.import_id WHERE i.import_code = ?";
  return {
    row,
    rejections: await rows(
      `SELECT r.record_number, r.code, r.reason, r.cells, r.line, r.cell FROM import_rejections r ${of} ORDER BY 1`,
    ),
    chunks: await rows(`SELECT r.first_record, r.records, r.warnings FROM import_chunks r ${of} ORDER BY 1`),
    errorFile: await env.FILES.get(`imports/${code}/errors.csv`).then((file) => file?.text()),
  };
}

const rowsOf = (table: string, { database }: TestCompany, code: string) =>
  database
    .prepare(
      `SELECT count(*) AS n FROM ${table} p JOIN imports i ON i.id = p.import_id WHERE i.import_code = ?`,
    )
    .bind(code)
    .first<number>("n");

/** How many rows of plans a company's store has. */
export const plansOf = (company: TestCompany, code: string) => rowsOf("import_plans", company, code);

/** How many chunks there are of what a dry run announced. */
export const announcementsOf = (company: TestCompany, code: string) =>
  rowsOf("import_announcements", company, code);
