import { mintTenant } from "../../../src/db/leads/tenant.ts";
import type { ListRequest } from "../../../src/http/lists/list-query.ts";
import { listImportErrors } from "../../../src/imports/report/list-errors.ts";
import type { TestCompany } from "../../harness/factories.ts";

/** The rejections and warnings of an import as they are listed, without the ids of leads that they name. */
export async function importErrors(company: TestCompany, code: string) {
  const { database, store, id } = company;
  const importId = await database
    .prepare("SELECT id FROM imports WHERE import_code = ?")
    .bind(code)
    .first<number>("id");
  const request = { page: 1, limit: 10_000, sort: { field: "record", descending: false }, filters: [] };
  const { errors, groups } = await listImportErrors(
    mintTenant(store, database, [id]),
    importId ?? 0,
    request as unknown as ListRequest,
    "en",
  );
  const inOrder = groups.map((group) => JSON.stringify(group)).sort();
  return {
    errors: errors.map((error) => ({ ...error, reason: error.reason.replaceAll(/\blead \d+/g, "lead N") })),
    groups: inOrder,
  };
}
