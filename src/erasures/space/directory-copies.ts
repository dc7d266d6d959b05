import { and, eq, sql } from "drizzle-orm";
import type { DirectoryDb } from "../../db/clients.ts";
import { ERASED_MARK } from "../../db/directory/erased-mark.ts";
import { checkpoints, multipartUploads, uploadedParts } from "../../db/directory/schema.ts";
import { fillDirectoryRootsStatements } from "./fill-roots.ts";
import { overwriteFreedPages } from "./freed-pages.ts";
import { spreadStatements } from "./spread-rows.ts";

/** The tables whose rows come and go, each with those that are left. */
const TABLES = [
  ["uploads", multipartUploads],
  ["parts", uploadedParts],
] as const;

/**
 * Writes over what the directory has left of people around the rows that are gone, in the first pages of its tables, in
 * pages that it freed and in its log. Nothing is done where nothing was taken out of it since that was done last: few
 * are in uploads in parts, and everybody waits for the directory.
 */
export async function eraseDirectoryCopies(directory: DirectoryDb): Promise<void> {
  const marked = eq(checkpoints.name, ERASED_MARK);
  const mark = await directory.select().from(checkpoints).where(marked).get();
  if (!mark) return;
  const client = directory.$client;
  for (const [kind, table] of TABLES) {
    const [ends] = await directory.all<{ first: number | null; last: number | null }>(
      sql`SELECT (SELECT min(rowid) FROM ${table}) AS first, (SELECT max(rowid) FROM ${table}) AS last`,
    );
    for (const place of new Set([ends?.first, ends?.last])) {
      if (typeof place === "number") await client.batch(spreadStatements(client, kind, place));
    }
  }
  await client.batch(fillDirectoryRootsStatements(client));
  await overwriteFreedPages(client);
  // One that came meanwhile stays, for the erasure that it came with.
  await directory.delete(checkpoints).where(and(marked, eq(checkpoints.value, mark.value)));
}
