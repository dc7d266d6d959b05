import { type SQL, sql } from "drizzle-orm";
import type { LeadsDb } from "../db/clients.ts";
import { territories, territoryUsers } from "../db/leads/schema.ts";

/** A statement that gives a territory to users; to nobody, where the territory is gone by then. */
export function assignUsers(db: LeadsDb, territoryId: SQL | number, userIds: number[]) {
  return db.insert(territoryUsers).select(
    sql`SELECT t.id, u.value, t.company_id
        FROM ${territories} t, json_each(${JSON.stringify(userIds)}) u WHERE t.id = ${territoryId}`,
  );
}
