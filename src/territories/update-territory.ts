import { and, eq } from "drizzle-orm";
import type * as z from "zod";
import type { DirectoryDb } from "../db/clients.ts";
import { territories, territoryUsers } from "../db/leads/schema.ts";
import type { Tenant } from "../db/leads/tenant.ts";
import { requireFound } from "../errors.ts";
import { fold } from "../text/fold.ts";
import { assignUsers } from "./assign-users.ts";
import { selectTerritory, type TerritoryRow } from "./queries.ts";
import { requirePeople } from "./require-people.ts";
import type { UpdateTerritoryBody } from "./schemas.ts";
import { peopleOf } from "./show-territories.ts";

/**
 * Changes the fields of a territory that are given, each list as a whole.
 *
 * @param now milliseconds since 1970.
 * @throws 422 for users without an access in the company or above it, 404 where somebody removed it meanwhile.
 */
export async function updateTerritory(
  directory: DirectoryDb,
  tenant: Tenant,
  { id, companyId, userIds: present }: TerritoryRow,
  { user_ids: userIds, ...body }: z.output<typeof UpdateTerritoryBody>,
  now: number,
): Promise<{ row: TerritoryRow; people: Map<number, string> }> {
  const people = await (userIds
    ? requirePeople(directory, companyId, userIds)
    : peopleOf(directory, { companyId, userIds: present }));
  const { db } = tenant;
  const results = await db.batch([
    db
      .update(territories)
      .set({
        ...body,
        stateKeys: body.states?.map(fold),
        cityKeys: body.cities?.map(fold),
        updatedAt: now,
      })
      .where(and(eq(territories.id, id), eq(territories.companyId, companyId))),
    ...(userIds
      ? [
          db
            .delete(territoryUsers)
            .where(and(eq(territoryUsers.territoryId, id), eq(territoryUsers.companyId, companyId))),
          assignUsers(db, id, userIds),
        ]
      : []),
    selectTerritory(tenant, companyId, id),
  ]);
  const [row] = results.at(-1) as TerritoryRow[];
  return { row: requireFound(row), people };
}
