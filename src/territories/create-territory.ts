import { sql } from "drizzle-orm";
import type * as z from "zod";
import type { DirectoryDb } from "../db/clients.ts";
import { territories } from "../db/leads/schema.ts";
import type { Tenant } from "../db/leads/tenant.ts";
import { AppError, requireFound } from "../errors.ts";
import type { Creation } from "../http/idempotency/creation.ts";
import { fold } from "../text/fold.ts";
import { assignUsers } from "./assign-users.ts";
import { selectTerritory, type TerritoryRow } from "./queries.ts";
import { requirePeople } from "./require-people.ts";
import type { CreateTerritoryBody } from "./schemas.ts";

/**
 * Creates a territory of a company, after all that it has.
 *
 * @param now milliseconds since 1970.
 * @throws 422 for users without an access in the company or above it, 409 where it has as many territories as it may.
 */
export async function createTerritory(
  directory: DirectoryDb,
  tenant: Tenant,
  companyId: number,
  { user_ids: userIds, ...body }: z.output<typeof CreateTerritoryBody>,
  now: number,
  creation: Creation,
): Promise<{ row: TerritoryRow; people: Map<number, string> }> {
  const people = await requirePeople(directory, companyId, userIds);
  const { db } = tenant;
  // The newest id of the store is that of the first statement.
  const newest = sql`(SELECT max(id) FROM ${territories})`;
  const [, , [row]] = await db
    .batch([
      db.insert(territories).values({
        ...body,
        stateKeys: body.states.map(fold),
        cityKeys: body.cities.map(fold),
        companyId,
        priority: sql`(
            SELECT coalesce(max(priority), 0) + 1 FROM territories WHERE company_id = ${companyId})`,
        createdAt: now,
        updatedAt: now,
      }),
      assignUsers(db, newest, userIds),
      selectTerritory(tenant, companyId, newest),
      ...creation.record(db, newest),
    ])
    .catch(refuseMore);
  return { row: requireFound(row), people };
}

function refuseMore(error: Error): never {
  if (!error.message.includes("list_full")) throw error;
  throw new AppError("list_full", "A company has at most 500 territories: join some, or delete them.");
}
