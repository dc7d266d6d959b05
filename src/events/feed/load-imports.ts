import { sql } from "drizzle-orm";
import type { Tenant } from "../../db/leads/tenant.ts";
import { prepared } from "../../db/prepared.ts";

/** What the feed says of an import, as it stands now. */
export interface FeedImport {
  id: number;
  import_code: string;
  status: number;
  total_records: number | null;
  created_records: number;
  updated_records: number;
  unchanged_records: number;
  duplicate_records: number;
  failed_records: number;
  warning_records: number;
}

/** Reads imports of a company, by id. */
export async function loadImports(
  { client }: Tenant,
  companyId: number,
  ids: readonly number[],
): Promise<Map<number, FeedImport>> {
  if (ids.length === 0) return new Map();
  const statement = sql`
    SELECT i.id, i.import_code, i.status, i.total_records, i.created_records, i.updated_records, i.unchanged_records,
      i.duplicate_records, i.failed_records, i.warning_records
    FROM json_each(${JSON.stringify(ids)}) o CROSS JOIN imports i ON i.id = o.value
    WHERE +i.company_id = ${companyId}`;
  const { results } = await prepared(client, statement).all<FeedImport>();
  return new Map(results.map((row) => [row.id, row]));
}
