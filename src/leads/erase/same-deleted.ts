import { and, isNotNull, or, type SQL, sql } from "drizzle-orm";
import { leads } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { type LeadRow, selectLead } from "../queries.ts";

/**
 * The deleted leads that are the person of a lead, as {@link file://../duplicates/same-person.ts} says who is who: they
 * can be restored. Those that point to it are, such as the merged ones; so are those with the e-mail, the phone or
 * the external id of one of these, and those that point to them.
 *
 * @returns them without the lead itself.
 */
export async function deletedOfPerson({ db }: Tenant, row: LeadRow): Promise<LeadRow[]> {
  const { companyId } = row;
  const rowsById = new Map([[row.id, row]]);
  const find = async (condition: SQL | undefined) => {
    const rows = await selectLead(db, companyId, and(isNotNull(leads.deletedAt), condition));
    for (const each of rows) rowsById.set(each.id, each);
  };
  const pointing = () =>
    sql`${leads.duplicateOf} IN (SELECT value FROM json_each(${JSON.stringify([...rowsById.keys()])}))`;
  await find(pointing());
  await find(isOneOf([...rowsById.values()]));
  await find(pointing());
  rowsById.delete(row.id);
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
