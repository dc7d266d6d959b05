import { sql } from "drizzle-orm";
import type { DirectoryDb } from "../db/clients.ts";

/** How many leads the companies that share a membership may have between them. */
export interface LeadLimit {
  most: number;
  companyIds: number[];
}

/**
 * The limit on leads that counts for a company, by its own membership or that of the nearest company above it.
 *
 * @returns `null` where there is none.
 */
export async function leadLimitOf(db: DirectoryDb, companyId: number): Promise<LeadLimit | null> {
  const limit = await db.get<{ most: number; companyIds: string } | undefined>(sql`
    SELECT m.max_leads AS most, (
      SELECT json_group_array(s.company_id) FROM shared_memberships s WHERE s.holder_id = mine.holder_id
    ) AS companyIds
    FROM shared_memberships mine JOIN memberships m ON m.id = mine.membership_id
    WHERE mine.company_id = ${companyId} AND m.max_leads IS NOT NULL`);
  return limit ? { most: limit.most, companyIds: JSON.parse(limit.companyIds) as number[] } : null;
}
