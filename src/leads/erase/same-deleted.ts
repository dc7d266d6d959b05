import { and, eq, isNotNull, or, type SQL, sql } from "drizzle-orm";
import { leads } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { type LeadRow, selectLead } from "../queries.ts";

/**
 * A lead as it is by now, and the deleted leads that are its person, as
 * {@link file://../duplicates/same-person.ts} says who is who: they can be restored. Those that point to it are, such
 * as the merged ones; so are those with the e-mail, the phone or the external id of one of these, and those that point
 * to them.
 *
 * @param row as it was read before.
 * @returns the lead first.
 */
export async function leadsOfPerson({ db }: Tenant, row: LeadRow): Promise<LeadRow[]> {
  const { companyId } = row;
  const rowsById = new Map([[row.id, row]]);
  const add = (rows: LeadRow[]) => {
    for (const each of rows) rowsById.set(each.id, each);
  };
  const deleted = (condition: SQL | undefined) =>
    selectLead(db, companyId, and(isNotNull(leads.deletedAt), condition));
  const pointing = () =>
    sql`${leads.duplicateOf} IN (SELECT value FROM json_each(${JSON.stringify([...rowsById.keys()])}))`;
  const rows = await db.batch([selectLead(db, companyId, eq(leads.id, row.id)), deleted(pointing())]);
  add(rows.flat());
  add(await deleted(isOneOf([...rowsById.values()])));
  add(await deleted(pointing()));
  return [...rowsById.values()];
}

function isOneOf(rows: LeadRow[]): SQL | undefined {
  const values = (some: (string | null)[]) =>
    sql`IN (SELECT value FROM json_each(${JSON.stringify(some.filter((value) => value !== null))}))`;
  const phones = (some: LeadRow[]) => sql`${leads.phone} ${values(some.map(({ phone }) => phone))}`;
  return or(
    sql`${leads.email} ${values(rows.map(({ email }) => email))}`,
    sql`${leads.externalId} ${values(rows.map(({ externalId }) => externalId))}`,
    phones(rows.filter(({ email }) => email === null)),
    and(sql`${leads.email} IS NULL`, phones(rows)),
  );
}
