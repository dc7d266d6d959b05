import type * as z from "zod";
import { authorIdOf, type CompanyActor } from "../auth/actor.ts";
import { isLinked } from "../auth/api-keys/linked-actor.ts";
import { companyNames } from "../companies/queries.ts";
import { expectRows } from "../db/expected-rows.ts";
import type { Tenant } from "../db/leads/tenant.ts";
import { notFound } from "../errors.ts";
import { type Call, linkOrigin } from "../http/request/call.ts";
import { type AuthorName, namesOfAuthors } from "../users/queries.ts";
import { findImportById, type ImportRow } from "./queries.ts";
import type { ImportFile } from "./schemas.ts";
import { viewImport } from "./view.ts";

/**
 * Shows imports with the names of their companies and of those who sent them. What the caller's own access
 * tells is not asked again; the rest is one query each for the whole page.
 */
function showImports(
  call: Call,
  actor: CompanyActor,
  rows: ImportRow[],
): Promise<z.input<typeof ImportFile>[]> {
  const { directory } = call.databases;
  return showWith(call, actor, rows, {
    companies: (ids) => companyNames(directory, ids),
    users: (ids) => namesOfAuthors(directory, ids),
  });
}

/** The same for a page of imports that is still to be read: what the page before pointed to is asked for at once. */
export function expectImports(
  call: Call,
  actor: CompanyActor,
): (rows: ImportRow[]) => Promise<z.input<typeof ImportFile>[]> {
  const { directory } = call.databases;
  const place = `imports ${authorIdOf(actor)} ${call.queries().company_id_eq ?? ""}`;
  const companies = expectRows(`companies ${place}`, (ids) => companyNames(directory, ids));
  const users = expectRows(`names ${place}`, (ids) => namesOfAuthors(directory, ids));
  return (rows) => showWith(call, actor, rows, { companies, users });
}

/** Loads what imports point to, by id. */
interface Pointers {
  companies(ids: number[]): Promise<Map<number, string>>;
  users(ids: number[]): Promise<Map<number, AuthorName>>;
}

async function showWith(
  call: Call,
  actor: CompanyActor,
  rows: ImportRow[],
  pointers: Pointers,
): Promise<z.input<typeof ImportFile>[]> {
  const companyIds = [...new Set(rows.map((row) => row.companyId))].filter(
    (id) => actor.grants.nameOf(id) === undefined,
  );
  const userIds = [...new Set(rows.map((row) => row.importedBy))].filter((id) => id !== authorIdOf(actor));
  const [companies, importers] = await Promise.all([pointers.companies(companyIds), pointers.users(userIds)]);
  const origin = linkOrigin(call);
  return rows.map((row) =>
    // Which other files the company has had is nothing to those with a link.
    viewImport(isLinked(actor) ? { ...row, sameFileAs: null, parentImportCode: null } : row, {
      env: call.env,
      origin,
      now: call.now,
      viewerId: authorIdOf(actor),
      companyName: actor.grants.nameOf(row.companyId) ?? companies.get(row.companyId) ?? "",
      importer: row.importedBy === authorIdOf(actor) ? actor : importers.get(row.importedBy),
    }),
  );
}

/** How a route that changes an import finds it again, and answers with it. */
export const changedImport = {
  find: ({ tenant }: { tenant: Tenant }, id: number) => findImportById(tenant, id),
  show: async ({ call, actor }: { call: Call; actor: CompanyActor }, row: ImportRow) => ({
    import_file: await showImport(call, actor, row),
  }),
};

/** Shows one import. */
export async function showImport(
  call: Call,
  actor: CompanyActor,
  row: ImportRow,
): Promise<z.input<typeof ImportFile>> {
  const [shown] = await showImports(call, actor, [row]);
  if (!shown) throw notFound();
  return shown;
}
