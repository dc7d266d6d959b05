import { and, asc, eq, type SQL, sql } from "drizzle-orm";
import { territories } from "../db/leads/schema.ts";
import type { Tenant } from "../db/leads/tenant.ts";
import { readCountry } from "../leads/normalize/countries/read-country.ts";
import { fold } from "../text/fold.ts";
import { type TerritoryRow, territoryColumns } from "./queries.ts";

/** A place as a lead names it. */
export interface Place {
  country?: string | undefined;
  state?: string | undefined;
  city?: string | undefined;
}

/**
 * Finds the territory that a place falls into: the first by priority whose lists all take it in. Case and accents
 * make no difference, and a country may be named as an import reads it.
 *
 * @returns `undefined` where it falls into none.
 */
export function matchTerritory(
  tenant: Tenant,
  companyId: number,
  { country = "", state = "", city = "" }: Place,
): Promise<TerritoryRow | undefined> {
  return tenant.db
    .select(territoryColumns)
    .from(territories)
    .where(
      and(
        eq(territories.companyId, companyId),
        covers(sql`${territories.countries}`, readCountry(country)),
        covers(sql`${territories.stateKeys}`, fold(state)),
        covers(sql`${territories.cityKeys}`, fold(city)),
      ),
    )
    .orderBy(asc(territories.priority))
    .limit(1)
    .get();
}

/** Whether a list is empty, or has a value. What folds to nothing names no place. */
function covers(list: SQL, value: string | null): SQL {
  return sql`(${list} = '[]' OR EXISTS (SELECT 1 FROM json_each(${list}) WHERE value = ${value || null}))`;
}
