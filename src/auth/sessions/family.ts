import { type Placeholder, type SQL, sql } from "drizzle-orm";
import { sessions } from "../../db/directory/schema.ts";

/**
 * When a family of sessions was revoked, in milliseconds since 1970, as an expression: it counts as long as that is
 * NULL. A family is revoked as a whole, so its newest row tells, however many came before it.
 */
export function familyRevokedAt(family: string | Placeholder): SQL<number | null> {
  return sql<number | null>`(
    SELECT revoked_at FROM ${sessions} WHERE family = ${family} ORDER BY id DESC LIMIT 1)`;
}
