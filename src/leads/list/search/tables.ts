import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Tables of the search, as far as drizzle writes to them; a migration of their own makes them. */

/** A company's number in the index. */
export const searchCompanies = sqliteTable("search_companies", {
  number: integer().primaryKey(),
  companyId: integer("company_id").notNull().unique(),
});

/** The index: a contentless virtual table of FTS5, from which no text can be read. */
export const leadSearch = sqliteTable("lead_search", {
  rowid: integer(),
  name: text("lead_name"),
  email: text("lead_email"),
  phone: text("lead_phone"),
  company: text("lead_company"),
});
