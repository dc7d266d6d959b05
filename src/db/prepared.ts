import type { SQL } from "drizzle-orm";
import { queryBuilder } from "./clients.ts";

/**
 * A statement written as SQL, for a batch: drizzle's own batch accepts one only where it binds nothing.
 *
 * @param statement without placeholders.
 */
export function prepared(client: D1Database, statement: SQL): D1PreparedStatement {
  const { sql, params } = queryBuilder.all(statement).getQuery();
  return client.prepare(sql).bind(...params);
}
