import { and, eq, gte, isNull, or, sql } from "drizzle-orm";
import { type ErasedPerson, leads, type Places } from "../../db/leads/schema.ts";
import { recordErased } from "../../events/lead-events.ts";
import { blankKeyStatements } from "../../leads/erase/blank-statements.ts";
import { eraseFieldNames, fieldNames } from "../../leads/erase/erase-field-names.ts";
import { eraseStatements } from "../../leads/erase/erase-statements.ts";
import { selectLead } from "../../leads/queries.ts";
import { checkpoint, type ImportStep } from "../erasure-state.ts";
import { addPlaces, paddedPerson, TELLING_DIGITS } from "../person.ts";
import { findPlaces } from "../space/find-places.ts";

/**
 * Erases the leads that an import made of the person after their erasing was asked for: it waited or ran then, and
 * their record was still to come.
 *
 * @returns whether there were any: the erasure's row has changed then.
 */
export async function eraseLeadsMade({ ports, erasure, state }: ImportStep): Promise<boolean> {
  const { tenant, now } = ports;
  const { db } = tenant;
  const { companyId, createdAt } = erasure;
  if (state.finishedAt === null || state.finishedAt < createdAt) return false;
  const person = erasure.person as ErasedPerson;
  const isMade = and(eq(leads.importId, state.id), gte(leads.createdAt, createdAt), isNull(leads.deletedAt));
  const rows = await selectLead(db, companyId, and(isMade, isOf(person)));
  if (rows.length === 0) return false;
  const ids = rows.map(({ id }) => id);
  const places = await findPlaces(tenant, { companyId, leadIds: ids, fields: fieldNames(rows) });
  const known = Object.entries(places).reduce(
    (all, [kind, rowids]) => addPlaces(all, kind as keyof Places, rowids),
    { ...person, importIds: [...new Set([...person.importIds, state.id])] },
  );
  const at = now();
  await db.batch([
    checkpoint(ports, erasure, { person: paddedPerson(known) }),
    ...ids.flatMap((id) => blankKeyStatements(db, id, at)),
    recordErased(
      db,
      { kind: "system" },
      sql`id IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
      at,
    ),
    ...eraseStatements(db, ids, at, at),
    ...eraseFieldNames(db, rows, companyId, at),
  ]);
  return true;
}

/** With another e-mail it is somebody else who shares the phone. */
function isOf({ emails, phones, externalIds = [] }: ErasedPerson) {
  const among = (values: string[]) => sql`IN (SELECT value FROM json_each(${JSON.stringify(values)}))`;
  const isPhone = sql`substr(${leads.phone}, ${-TELLING_DIGITS}) ${among(phones)}`;
  return or(
    sql`${leads.email} ${among(emails)}`,
    sql`${leads.externalId} ${among(externalIds)}`,
    emails.length === 0 ? isPhone : and(isNull(leads.email), isPhone),
  );
}
