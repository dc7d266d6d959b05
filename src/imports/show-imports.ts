import type * as z from "zod";
import { authorIdOf, type CompanyActor } from "../auth/actor.ts";
import { isLinked } from "../auth/api-keys/linked-actor.ts";
import { companyNames } from "../companies/queries.ts";
import type { DirectoryDb } from "../db/clients.ts";
import { expectRows, startRows } from "../db/expected-rows.ts";
import type { Tenant } from "../db/leads/tenant.ts";
import { type Call, linkOrigin } from "../http/request/call.ts";
import { type AuthorName, namesOfAuthors, namesOfMembers } from "../users/queries.ts";
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
  const users = expectRows(
    `names ${place}`,
    (ids) => namesOfAuthors(directory, ids),
    () => namesOfMembers(directory, membersOf(actor)),
  );
  return (rows) => showWith(call, actor, rows, { companies, users });
}

/** The companies whose members are guessed to have sent what is in a list over all that somebody sees. */
function membersOf({ roots }: CompanyActor): number[] {
  return roots.slice(0, GUESSED_ROOTS).map(({ companyId }) => companyId);
}

const GUESSED_ROOTS = 3;

/**
 * The same for one import that is still to be read.
 *
 * @param code of the import: whom it pointed to last is asked for at once.
 */
export function expectImport(
  directory: DirectoryDb,
  code: string,
): (call: Call, actor: CompanyActor, row: ImportRow) => Promise<z.input<typeof ImportFile>> {
  const users = expectRows(`names import ${code}`, (ids) => namesOfAuthors(directory, ids));
  const companies = (ids: number[]) => companyNames(directory, ids);
  return async (call, actor, row) => onlyImport(await showWith(call, actor, [row], { companies, users }));
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

interface Changing {
  call: Call;
  actor: CompanyActor;
  tenant: Tenant;
  row: ImportRow;
}

/** The import as it was changed, and what shows it. */
interface ChangedImport {
  changed: ImportRow;
  show(row: ImportRow): Promise<z.input<typeof ImportFile>>;
}

/**
 * The steps of a route that changes an import: it is found again by its id, and the answer shows it. Whom it points to
 * is looked up while it is changed.
 */
export function changingImport<Input extends Changing>(change: (input: Input) => Promise<ImportRow>) {
  return {
    async create(input: Input): Promise<ChangedImport> {
      const show = startImport(input);
      return { changed: await change(input), show };
    },
    async find(input: Changing, id: number): Promise<ChangedImport | undefined> {
      const changed = await findImportById(input.tenant, id);
      return changed && { changed, show: startImport(input) };
    },
    show: async (_: Changing, { changed, show }: ChangedImport) => ({ import_file: await show(changed) }),
  };
}

function startImport({ call, actor, row }: Changing): ChangedImport["show"] {
  const { directory } = call.databases;
  const others = row.importedBy === authorIdOf(actor) ? [] : [row.importedBy];
  const users = startRows(others, (ids) => namesOfAuthors(directory, ids));
  const companies = (ids: number[]) => companyNames(directory, ids);
  return async (changed) => onlyImport(await showWith(call, actor, [changed], { companies, users }));
}

/** Shows one import. */
export async function showImport(
  call: Call,
  actor: CompanyActor,
  row: ImportRow,
): Promise<z.input<typeof ImportFile>> {
  return onlyImport(await showImports(call, actor, [row]));
}

function onlyImport([shown]: z.input<typeof ImportFile>[]): z.input<typeof ImportFile> {
  if (!shown) throw new Error("one row makes one import");
  return shown;
}
