import { type SQL, sql } from "drizzle-orm";
import type { Tenant } from "../../../db/leads/tenant.ts";
import { companiesOf, rowsOf } from "./rows.ts";
import { leadSearch, searchCompanies } from "./tables.ts";

/** Statements that let a search find leads which are in the index as they stand once they are reached. @param ids a select. */
export function indexAgain(ids: SQL): SQL[] {
  return [
    sql`INSERT OR IGNORE INTO search_companies ${companiesOf(ids)}`,
    sql`INSERT OR REPLACE INTO lead_search (rowid, lead_name, lead_email, lead_phone, lead_company) ${rowsOf(ids)}`,
  ];
}

/**
 * Statements that let a search find a lead as it stands once they are reached: for the batch that makes or changes
 * it, after that. (What an import brings is indexed by itself, and the entry of an erased lead goes with its row.)
 *
 * @param leadId its id, or SQL that gives it.
 */
export function searchStatements({ db }: Pick<Tenant, "db">, leadId: number | SQL) {
  const id = sql`SELECT ${leadId}`;
  const rows = rowsOf(id);
  return [
    db.insert(searchCompanies).select(companiesOf(id)).onConflictDoNothing(),
    db.delete(leadSearch).where(sql`rowid = (SELECT "row" FROM (${rows}))`),
    db.insert(leadSearch).select(rows),
  ] as const;
}
