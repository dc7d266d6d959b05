import { and, eq, sql } from "drizzle-orm";
import type { Origin } from "../../audit/record.ts";
import type { AuthorIdentity } from "../../auth/actor.ts";
import { imports } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { beginStatements, beginWhere } from "../../erasures/begin/begin-statements.ts";
import { noneRunning, requireNoneRunning } from "../../erasures/begin/import-running.ts";
import { requestErasure } from "../../erasures/consume-erasures.ts";
import type { Erasure } from "../../erasures/erasure-state.ts";
import { importsThatMet } from "../../erasures/originals.ts";
import { describePerson } from "../../erasures/person.ts";
import { findPlaces } from "../../erasures/space/find-places.ts";
import { recordErased } from "../../events/lead-events.ts";
import { type Creation, UNKEYED } from "../../http/idempotency/creation.ts";
import type { LeadRow } from "../queries.ts";
import { blankKeyStatements } from "./blank-statements.ts";
import { eraseFieldNames, fieldNames } from "./erase-field-names.ts";
import { eraseStatements } from "./erase-statements.ts";
import { leadsOfPerson } from "./same-deleted.ts";

/**
 * Erases a person: the lead with its answers, notes, tags and history at once and for good. Deleted leads of the
 * same person go with it, such as those that were merged into it. A copy that is not deleted is a lead of its own.
 *
 * What the imports of the company keep of them, and the index, is a job that the same transaction starts: see
 * src/erasures/advance-erasure.ts.
 *
 * @param origin who asks for it, when and from where.
 * @param creation records the erasure for repetitions of the request.
 * @returns the erasure.
 * @throws 409 where an import that is known to name the person is still running.
 */
export async function eraseLead(
  env: Env,
  tenant: Tenant,
  row: LeadRow,
  origin: Origin<AuthorIdentity>,
  creation: Creation = UNKEYED,
): Promise<Erasure> {
  const results = await beginWhere(() => prepareErasure(tenant, row, origin, creation));
  const [erasure] = results[0];
  if (!erasure) throw new Error("no erasure");
  await requestErasure(env, tenant.store, erasure.id);
  return erasure;
}

/** Reads who the person is and where they stand, for one try to erase them. */
async function prepareErasure(
  tenant: Tenant,
  row: LeadRow,
  origin: Origin<AuthorIdentity>,
  creation: Creation,
) {
  const { db } = tenant;
  const { now } = origin;
  const rows = await leadsOfPerson(tenant, row);
  const ids = rows.map(({ id }) => id);
  const person = describePerson(rows);
  const namesPerson = sql`(${imports.id} IN (SELECT value FROM json_each(${JSON.stringify(person.importIds)}))
    OR ${imports.id} IN ${importsThatMet(JSON.stringify(ids))})`;
  const imported = db
    .select({ id: imports.id })
    .from(imports)
    .where(and(eq(imports.companyId, row.companyId), namesPerson));
  const [known, places] = await Promise.all([
    imported,
    findPlaces(tenant, { companyId: row.companyId, leadIds: ids, fields: fieldNames(rows) }),
  ]);
  const isErased = sql`id IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`;
  return {
    batch: () =>
      db.batch([
        ...beginStatements(
          db,
          row.companyId,
          noneRunning(row.companyId, namesPerson),
          { ...person, importIds: known.map(({ id }) => id), places },
          origin,
          creation,
        ),
        recordErased(db, origin.actor, isErased, now),
        ...ids.flatMap((id) => blankKeyStatements(db, id, now)),
        ...eraseStatements(db, ids, now, now),
        ...eraseFieldNames(db, rows, row.companyId, now),
      ]),
    check: () => requireNoneRunning(tenant, row.companyId, namesPerson),
  };
}
