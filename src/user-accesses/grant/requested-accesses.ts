import { type SQL, sql } from "drizzle-orm";
import type { UserActor } from "../../auth/actor.ts";
import { companyNames } from "../../companies/queries.ts";
import type { DirectoryDb } from "../../db/clients.ts";
import { notFound } from "../../errors.ts";
import type { RequestedAccess } from "../schemas.ts";

/** What is wanted as the table `w`, one bound parameter. */
export function asTable(wanted: RequestedAccess[]): SQL {
  return sql`(
    SELECT key AS position, value->>'id' AS id, value->>'company_id' AS company_id,
      value->>'access_id' AS access_id, coalesce(value->>'primary', 0) AS is_primary
    FROM json_each(${JSON.stringify(wanted)})) w`;
}

/** @throws 404 that names the first company which the actor does not see. */
export async function requireCompanies(
  db: DirectoryDb,
  actor: UserActor,
  wanted: RequestedAccess[],
): Promise<void> {
  const ids = wanted.map((one) => one.company_id);
  if (!actor.operator) await actor.grants.lookUp(ids);
  const seen = actor.operator ? await companyNames(db, ids) : actor.grants;
  const index = ids.findIndex((id) => !seen.has(id));
  if (index >= 0) throw notFound(["user_accesses", index, "company_id"]);
}
