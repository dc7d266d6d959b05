import type * as z from "zod";
import type { DirectoryDb } from "../db/clients.ts";
import { expectRows } from "../db/expected-rows.ts";
import { isoTime } from "../http/time.ts";
import { peopleIn, somePeopleIn } from "../user-accesses/grant/people.ts";
import type { TerritoryRow } from "./queries.ts";
import type { Territory } from "./schemas.ts";

/**
 * Shows territories of one company that are still to be read, with the names of their users: those of the page before
 * are asked for at once.
 */
export function expectTerritories(
  directory: DirectoryDb,
  companyId: number,
): (rows: TerritoryRow[]) => Promise<z.input<typeof Territory>[]> {
  const peopleOf = expectRows(
    `people ${companyId}`,
    (ids) => peopleIn(directory, companyId, ids),
    () => somePeopleIn(directory, companyId),
  );
  return async (rows) => {
    const userIds = rows.map((row) => JSON.parse(row.userIds) as number[]);
    const people = await peopleOf([...new Set(userIds.flat())]);
    return rows.map((row, index) => viewTerritory(row, userIds[index] ?? [], people));
  };
}

/** The names of a territory's users. */
export function peopleOf(
  directory: DirectoryDb,
  { companyId, userIds }: Pick<TerritoryRow, "companyId" | "userIds">,
): Promise<Map<number, string>> {
  return peopleIn(directory, companyId, JSON.parse(userIds) as number[]);
}

/** Shows one. @param people the names of its users, or of more, as {@link peopleIn} gives them. */
export function showTerritory(
  row: TerritoryRow,
  people: ReadonlyMap<number, string>,
): z.input<typeof Territory> {
  return viewTerritory(row, JSON.parse(row.userIds) as number[], people);
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
