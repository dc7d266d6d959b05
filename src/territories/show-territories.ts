import type * as z from "zod";
import type { DirectoryDb } from "../db/clients.ts";
import { isoTime } from "../http/time.ts";
import { peopleIn } from "../user-accesses/grant/people.ts";
import type { TerritoryRow } from "./queries.ts";
import type { Territory } from "./schemas.ts";

/** Shows territories of one company with the names of their users: one query for a whole page. */
export async function showTerritories(
  directory: DirectoryDb,
  companyId: number,
  rows: TerritoryRow[],
): Promise<z.input<typeof Territory>[]> {
  const userIds = rows.map((row) => JSON.parse(row.userIds) as number[]);
  const people = await peopleIn(directory, companyId, [...new Set(userIds.flat())]);
  return rows.map((row, index) => viewTerritory(row, userIds[index] ?? [], people));
}

/** Shows one; see {@link showTerritories}. */
export async function showTerritory(
  directory: DirectoryDb,
  row: TerritoryRow,
): Promise<z.input<typeof Territory>> {
  const userIds = JSON.parse(row.userIds) as number[];
  return viewTerritory(row, userIds, await peopleIn(directory, row.companyId, userIds));
}

function viewTerritory(
  row: TerritoryRow,
  userIds: number[],
  people: ReadonlyMap<number, string>,
): z.input<typeof Territory> {
  return {
    id: row.id,
    company_id: row.companyId,
    name: row.name,
    priority: row.priority,
    countries: row.countries,
    states: row.states,
    cities: row.cities,
    users: userIds.flatMap((id) => {
      const name = people.get(id);
      return name === undefined ? [] : [{ id, full_name: name }];
    }),
    created_at: isoTime(row.createdAt),
    updated_at: isoTime(row.updatedAt),
  };
}
