import { and, eq, sql } from "drizzle-orm";
import type * as z from "zod";
import { auditEach, type Origin } from "../audit/record.ts";
import type { DirectoryDb } from "../db/clients.ts";
import { commit } from "../db/directory/commit.ts";
import { companies } from "../db/directory/schema.ts";
import type { CompanyRow } from "./queries.ts";
import type { CompanyBody } from "./schemas.ts";

/** Where a field of the body is kept. */
const KEPT = {
  name: "name",
  timezone: "timezone",
  country: "country",
  default_locale: "defaultLocale",
} as const satisfies Record<keyof z.output<typeof CompanyBody>, keyof CompanyRow>;

/**
 * Changes what is said of a company; what already is as it is wanted counts as no change.
 *
 * @returns the company as it is then.
 */
export async function updateCompany(
  db: DirectoryDb,
  origin: Origin,
  company: CompanyRow,
  body: z.output<typeof CompanyBody>,
): Promise<CompanyRow> {
  const named = (Object.keys(KEPT) as (keyof typeof KEPT)[]).filter((field) => body[field] !== undefined);
  if (named.length === 0) return company;
  const { id } = company;
  const values = Object.fromEntries(named.map((field) => [KEPT[field], body[field]]));
  const changes = sql.join(
    named.map(
      (field) =>
        sql`SELECT ${field} AS field FROM ${companies} WHERE id = ${id} AND ${companies[KEPT[field]]} IS NOT ${body[field]}`,
    ),
    sql` UNION ALL `,
  );
  const [, [changed]] = await commit(db, [
    auditEach(
      db,
      origin,
      {
        action: "company.updated",
        companyId: id,
        objectId: id,
        details: sql`json_object('fields', json_group_array(field))`,
      },
      sql`FROM (${changes}) HAVING count(*) > 0`,
    ),
    db
      .update(companies)
      .set({ ...values, updatedAt: origin.now })
      .where(and(eq(companies.id, id), sql`EXISTS (${changes})`))
      .returning(),
  ]);
  return { ...company, ...(changed ?? values) };
}
