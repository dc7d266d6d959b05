import { CAMPAIGN } from "../../src/cli/seed/data.ts";
import { createImportCode } from "../../src/imports/import-code.ts";
import { STATUS } from "../../src/imports/state/status.ts";

const IMPORTS = 200;

/**
 * Gives the company of the demo data so many finished imports, in columns that older versions have as well.
 *
 * @param user who sent them.
 * @returns the code of one of them.
 */
export async function addImports(store: D1Database, user: number): Promise<string> {
  const codes = Array.from({ length: IMPORTS }, () => createImportCode(0));
  const insert = store.prepare(
    `INSERT INTO imports (import_code, company_id, campaign_id, imported_by, status, on_duplicate, file_name, file_bytes,
       file_sha256, file_key, encoding, checkpoint_offset, next_record, total_records, created_records,
       duplicate_records, failed_records, error_file_key, created_at, started_at, finished_at, moved_at)
     SELECT value, ?2, ?3, ?4, ?5, 'skip', 'leads-' || key || '.csv', 187204, ?6, 'originals/' || value, 'utf-8',
       187204, 1001, 1000, 861, 79, 60, 'errors/' || value, ?7, ?7 + 100, ?7 + 900, ?7 + 900
     FROM json_each(?1)`,
  );
  const { companyId, id } = CAMPAIGN;
  const sha256 = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";
  await insert
    .bind(JSON.stringify(codes), companyId, id, user, STATUS.completed_with_errors, sha256, Date.now())
    .run();
  return codes[0] ?? "";
}
