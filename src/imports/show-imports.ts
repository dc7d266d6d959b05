import type * as z from "zod";
import type { UserActor } from "../auth/actor.ts";
import { companyNames } from "../companies/queries.ts";
import type { Tenant } from "../db/leads/tenant.ts";
import { settingsOf } from "../env.ts";
import { notFound } from "../errors.ts";
import type { Call } from "../http/call.ts";
import { namesOfUsers } from "../users/queries.ts";
import { findImportById, type ImportRow } from "./queries.ts";
import type { ImportFile } from "./schemas.ts";
import { viewImport } from "./view.ts";

/**
 * Shows imports with the names of their companies and of those who sent them. What the caller's own access
 * tells is not asked again; the rest is one query each for the whole page.
 */
export async function showImports(
  call: Call,
  actor: UserActor,
  rows: ImportRow[],
): Promise<z.input<typeof ImportFile>[]> {
  const databases = call.databases;
  const companyIds = [...new Set(rows.map((row) => row.companyId))].filter(
    (id) => actor.grants.nameOf(id) === undefined,
  );
  const userIds = [...new Set(rows.map((row) => row.importedBy))].filter((id) => id !== actor.userId);
  const [companies, importers] = await Promise.all([
    companyIds.length > 0 ? companyNames(databases.directory, companyIds) : undefined,
    userIds.length > 0 ? namesOfUsers(databases.directory, userIds) : undefined,
  ]);
  const origin = settingsOf(call.env).publicUrl || new URL(call.request.url).origin;
  return rows.map((row) =>
    viewImport(row, {
      env: call.env,
      origin,
      now: call.now,
      viewerId: actor.userId,
      companyName: actor.grants.nameOf(row.companyId) ?? companies?.get(row.companyId) ?? "",
      importer: row.importedBy === actor.userId ? actor : importers?.get(row.importedBy),
    }),
  );
}

/** How a route that changes an import finds it again, and answers with it. */
export const changedImport = {
  find: ({ tenant }: { tenant: Tenant }, id: number) => findImportById(tenant, id),
  show: async ({ call, actor }: { call: Call; actor: UserActor }, row: ImportRow) => ({
    import_file: await showImport(call, actor, row),
  }),
};

/** Shows one import. */
export async function showImport(
  call: Call,
  actor: UserActor,
  row: ImportRow,
): Promise<z.input<typeof ImportFile>> {
  const [shown] = await showImports(call, actor, [row]);
  if (!shown) throw notFound();
  return shown;
}
