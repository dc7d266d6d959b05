import { sql } from "drizzle-orm";
import { type Databases, openLeads } from "../../db/clients.ts";
import { eachStore } from "../../db/each-store.ts";
import { imports } from "../../db/leads/schema.ts";

/**
 * Which of some originals an import has, in whatever store.
 *
 * @returns `null` where a store did not answer: then nobody knows of any that nobody has it.
 */
export async function originalsInUse(databases: Databases, fileKeys: string[]): Promise<Set<string> | null> {
  const used = new Set<string>();
  const keys = JSON.stringify(fileKeys);
  const failed = await eachStore(databases, "originals.not_compared", async (client) => {
    const rows = await openLeads(client)
      .select({ fileKey: imports.fileKey })
      .from(imports)
      // The empty one is named so that the partial index is used.
      .where(sql`${imports.fileKey} IN (SELECT value FROM json_each(${keys})) AND ${imports.fileKey} <> ''`);
    for (const { fileKey } of rows) used.add(fileKey);
  });
  return failed.length > 0 ? null : used;
}
