import { type SQL, sql } from "drizzle-orm";
import { leads } from "../../db/leads/schema.ts";
import type { LeadIdentity } from "./identity.ts";

/**
 * Who is who, within a company: two leads are one person where they have the same e-mail, or the same phone and not
 * both an e-mail, or the same external id. Copies and deleted leads are left out: one of each person is the
 * canonical lead.
 */

/** A lead's identity, each part as a value or as an expression. */
type IdentityInSql = { [Key in keyof LeadIdentity]: LeadIdentity[Key] | SQL };

/**
 * The earliest canonical lead that is somebody, as an expression; `NULL` where none is.
 *
 * @param except a lead that does not count: the one that is looked at.
 */
export function canonicalLeadOf(person: IdentityInSql, except: number | SQL | null): SQL<number | null> {
  const { email, phone, externalId } = person;
  return sql`(SELECT min(id) FROM (
    ${holder("leads_email", sql`h.email = ${email}`, person, except)}
    UNION ALL ${holder("leads_phone", sql`h.phone = ${phone} AND (h.email IS NULL OR ${email} IS NULL)`, person, except)}
    UNION ALL ${holder("leads_external_id", sql`h.external_id = ${externalId}`, person, except)}))`;
}

function holder(
  index: string,
  condition: SQL,
  { companyId }: IdentityInSql,
  except: number | SQL | null,
): SQL {
  const other = except === null ? sql`` : sql` AND h.id <> ${except}`;
  return sql`SELECT min(h.id) AS id FROM leads h INDEXED BY ${sql.raw(index)}
    WHERE h.company_id = ${companyId} AND ${condition} AND h.duplicate_of IS NULL AND h.deleted_at IS NULL${other}`;
}

/** Whether a lead, by its id, is the same person, canonical or not. */
export function isSamePerson(
  id: number | SQL,
  { email, phone, externalId }: Omit<IdentityInSql, "companyId">,
): SQL {
  return sql`EXISTS (
    SELECT 1 FROM leads h WHERE h.id = ${id} AND (
      h.email = ${email} OR h.external_id = ${externalId}
      OR (h.phone = ${phone} AND (h.email IS NULL OR ${email} IS NULL))))`;
}

const column = (name: string) => sql.raw(`"leads"."${name}"`);

/** The earliest canonical lead that is the person of the lead which is looked at, itself aside. */
export const canonicalLead = canonicalLeadOf(
  {
    companyId: column("company_id"),
    email: column("email"),
    phone: column("phone"),
    externalId: column("external_id"),
  },
  column("id"),
);

/** Whether two rows of leads, by the names that a query has for them, are one person. */
export function samePerson(one: string, other: string): SQL {
  const [a, b] = [sql.raw(`"${one}"`), sql.raw(`"${other}"`)];
  return sql`coalesce(
    ${a}.email = ${b}.email OR ${a}.external_id = ${b}.external_id
      OR (${a}.phone = ${b}.phone AND (${a}.email IS NULL OR ${b}.email IS NULL)), 0)`;
}

/** The lead that this transaction inserted last. */
export const insertedLead = sql`${leads.id} = (SELECT seq FROM sqlite_sequence WHERE name = 'leads')`;
