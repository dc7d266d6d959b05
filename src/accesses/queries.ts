import { asc } from "drizzle-orm";
import type { DirectoryDb } from "../db/clients.ts";
import { accesses } from "../db/directory/schema.ts";

export type AccessRow = typeof accesses.$inferSelect;

let cached: { rows: AccessRow[]; until: number } | undefined;
const CACHE_MS = 60_000;

/** The catalogue of roles, the strongest first; read once a minute and isolate. */
export async function listAccesses(db: DirectoryDb): Promise<AccessRow[]> {
  if (!cached || cached.until < Date.now()) {
    cached = {
      rows: await db.select().from(accesses).orderBy(asc(accesses.id)),
      until: Date.now() + CACHE_MS,
    };
  }
  return cached.rows;
}
