import { isLinked } from "../../auth/api-keys/linked-actor.ts";
import type { LoadRow } from "../../http/policies/row.ts";
import { storeOfImportCode } from "../import-code.ts";
import { findImport, type ImportRow } from "../queries.ts";
import { seesImports } from "../scope.ts";

/** Finds the import that a path names by its code, which says in which store to look. */
export const loadImport: LoadRow<ImportRow> = async ({ import_code: code = "" }, tenantOf) => {
  const store = storeOfImportCode(code);
  const tenant = store === null ? null : tenantOf(store);
  const row = tenant && (await findImport(tenant, code));
  if (!tenant || !row) return null;
  return {
    row,
    tenant,
    isSeenBy: (actor) =>
      seesImports(actor, row.companyId) && (!isLinked(actor) || row.importedBy === actor.keyId),
  };
};
