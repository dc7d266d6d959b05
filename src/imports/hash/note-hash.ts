import { eq, type SQL, sql } from "drizzle-orm";
import { imports } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { type Lease, renew } from "../../jobs/lease.ts";
import type { ImportState } from "../state/import-state.ts";
import { hashFile } from "./hash-file.ts";

/** In place of the SHA-256 of a file that nobody has read whole yet. */
export const UNKNOWN_HASH = "";

/** The code of the newest import that has the same file, dry runs aside. @param before an import that is not meant. */
export function earlierImport(companyId: number, sha256: string, before?: number): SQL<string | null> {
  return sql`(SELECT e.import_code FROM imports e WHERE e.company_id = ${companyId} AND e.file_sha256 = ${sha256} AND NOT e.dry_run
    ${before === undefined ? sql`` : sql`AND e.id < ${before}`} ORDER BY e.id DESC LIMIT 1)`;
}

interface HashPorts {
  tenant: Tenant;
  files: R2Bucket;
  lease: Lease;
  now(): number;
}

/** Reads the file of an import whose SHA-256 is not known, and notes it. */
export async function noteHash({ tenant, files, lease, now }: HashPorts, state: ImportState): Promise<void> {
  const sha256 = await hashFile(files, state.fileKey, async () => {
    await tenant.db
      .update(imports)
      .set({ leasedUntil: renew(imports, lease, now()) })
      .where(eq(imports.id, state.id));
  });
  await saveHash(tenant, state, sha256);
}

/** Notes the SHA-256 that a file was found to have, and which earlier import has the same. */
export async function saveHash(
  { db }: Pick<Tenant, "db">,
  { id, companyId }: Pick<ImportState, "id" | "companyId">,
  sha256: string,
): Promise<void> {
  await db
    .update(imports)
    .set({ fileSha256: sha256, sameFileAs: earlierImport(companyId, sha256, id) })
    .where(eq(imports.id, id));
}
