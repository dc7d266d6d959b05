import { isDeepStrictEqual } from "node:util";
import { and, eq } from "drizzle-orm";
import { imports } from "../../../../db/leads/schema.ts";
import { ownedBy, ownedValues, type Tenant } from "../../../../db/leads/tenant.ts";
import { AppError } from "../../../../errors.ts";
import { invalid } from "../../../../http/validation/validate.ts";
import type { ImportRow } from "../../../queries.ts";
import { inheritedColumns } from "../../../resend/parent-import.ts";
import { isDryRun, readHints } from "../../checks/check-fields.ts";
import { UploadFields } from "../../upload-fields.ts";

const saidColumns = {
  ...inheritedColumns,
  companyId: imports.companyId,
  dryRun: imports.dryRun,
  announced: imports.announced,
  hints: imports.hints,
  fileName: imports.fileName,
};

/**
 * Compares the fields of an import with those that came with its file, as its row has them. What neither named is the
 * same, also where an error file has the settings of its original by now.
 *
 * @param texts the fields by their names, as they were sent now. @param fileName as the file would be called by them.
 * @returns the names of the fields that differ.
 * @throws 422 for fields that are none.
 */
export async function findOtherFields(
  tenant: Tenant,
  { id }: Pick<ImportRow, "id">,
  texts: Record<string, string>,
  fileName: string,
): Promise<string[]> {
  const row = await tenant.db
    .select(saidColumns)
    .from(imports)
    .where(and(eq(imports.id, id), ownedBy(tenant, imports.companyId)))
    .prepare()
    .get(ownedValues(tenant));
  if (!row) return [];
  const read = UploadFields.safeParse({ ...texts, company_id: texts.company_id ?? String(row.companyId) });
  if (!read.success) throw invalid("invalid_body", read.error, UploadFields);
  const fields = read.data;
  const sent = Object.keys(texts);
  const now = readHints({ fields, sent });
  const before = row.hints ?? {};
  const pairs: Record<string, [now: unknown, before: unknown]> = {
    company_id: [fields.company_id, row.companyId],
    campaign_id: [fields.campaign_id, row.campaignId],
    mapping: [fields.mapping, row.mapping],
    constants: [fields.constants, row.constants],
    on_duplicate: [fields.on_duplicate, row.onDuplicate],
    match_by: [fields.match_by, row.matchBy],
    create_missing: [fields.create_missing === "true", row.createMissing],
    // One that was committed was a dry run.
    dry_run: [isDryRun(fields), row.dryRun || row.announced !== null],
    source: [fields.source, row.source],
    encoding: [now.encoding, before.encoding],
    delimiter: [now.delimiter, before.delimiter],
    header_row: [now.headerLine, before.headerLine],
    sheet: [now.sheet, before.sheet],
    parent_import_code: [now.parent, before.parent],
    file_name: [fileName, row.fileName],
  };
  const named = new Set([...sent, ...(before.sent ?? [])]);
  return Object.entries(pairs)
    .filter(([name, [one, other]]) => named.has(name) && !isDeepStrictEqual(plain(one), plain(other)))
    .map(([name]) => name);
}

/** A value as its JSON has it; nothing is `null`. */
function plain(value: unknown): unknown {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}

/** The answer to one who completes an upload again with other fields. */
export function completedOtherwise({ importCode }: Pick<ImportRow, "importCode">, names: string[]): AppError {
  const detail =
    `The upload is complete: its file is import ${importCode}, which was sent with other fields (${names.join(", ")}). ` +
    "Follow that import. To import the file with these fields, cancel or undo that import, open a new upload, and send " +
    "the parts again.";
  return new AppError("upload_complete", detail, {
    errors: names.map((name) => ({
      pointer: `/${name}`,
      code: "contradiction",
      detail: `is not what import ${importCode} was sent with`,
    })),
  });
}
