import { sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * Never has a row: writing one rolls the transaction back with the reason as its error, by a trigger. It is how
 * one statement of a batch says that the batch may not happen.
 */
export const refusals = sqliteTable("refusals", { reason: text().notNull() });
