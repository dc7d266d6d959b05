import { sql } from "drizzle-orm";
import { customFields } from "../../db/leads/schema.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import { MAX_COMPANY_FIELDS } from "../../leads/custom-fields/register.ts";
import { cleanCell } from "../../leads/normalize/clean-cell.ts";
import type { Column } from "../columns/column.ts";
import { listNames } from "../columns/column-names.ts";
import { FileProblem } from "../readers/file-problem.ts";

/**
 * Refuses a file whose columns would be more custom fields than its company may have. Columns without a value in its
 * first records do not count: what comes of them later is decided record by record.
 *
 * @param sample the first records.
 * @throws FileProblem `too_many_custom_fields`.
 */
export async function assertFieldLimit(
  { db }: Tenant,
  companyId: number,
  columns: readonly Column[],
  sample: readonly string[][],
): Promise<void> {
  const names = columns.flatMap((column, index) =>
    column.kind === "custom" && sample.some((cells) => cleanCell(cells[index] ?? "") !== null)
      ? [column.name]
      : [],
  );
  if (names.length === 0) return;
  const ofCompany = sql`FROM ${customFields} WHERE ${customFields.companyId} = ${companyId}`;
  const [counted] = await db.all<{ present: number; added: string }>(sql`
    SELECT (SELECT count(*) ${ofCompany}) AS present, (
      SELECT json_group_array(value) FROM json_each(${JSON.stringify(names)})
      WHERE value NOT IN (SELECT ${customFields.name} ${ofCompany})) AS added`);
  const present = counted?.present ?? 0;
  const added = new Set(JSON.parse(counted?.added ?? "[]") as string[]);
  if (added.size === 0 || present + added.size <= MAX_COMPANY_FIELDS) return;
  const headers = columns.flatMap((column) =>
    column.kind === "custom" && added.has(column.name) ? [column.header] : [],
  );
  throw new FileProblem(
    "too_many_custom_fields",
    `${added.size} columns of the file would be new custom fields: ${listNames(headers)}. A company has ${MAX_COMPANY_FIELDS} at the most, and ` +
      `this one has ${present}. Leave columns out in the mapping, or map them to fields that there are, and send the ` +
      "file again.",
  );
}
