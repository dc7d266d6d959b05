import type * as z from "zod";
import type { Actor } from "../../auth/actor.ts";
import { settingsOf } from "../../env.ts";
import type { AppContext } from "../../http/context.ts";
import { namesOfCompanies } from "../companies/queries.ts";
import { namesOfUsers } from "../users/queries.ts";
import type { ImportRow } from "./queries.ts";
import type { ImportFile } from "./schemas.ts";
import { viewImport } from "./view.ts";

/**
 * Shows imports with the names of their companies and of those who sent them. What the caller's own access
 * tells is not asked again; the rest is one query each for the whole page.
 */
export async function showImports(
  c: AppContext,
  actor: Actor,
  rows: ImportRow[],
): Promise<z.input<typeof ImportFile>[]> {
  const { directory } = c.get("databases");
  const [companies, importers] = await Promise.all([
    namesOfCompanies(
      directory,
      unknown(
        rows,
        (row) => row.companyId,
        (id) => actor.grants.has(id),
      ),
    ),
    namesOfUsers(
      directory,
      unknown(
        rows,
        (row) => row.importedBy,
        (id) => id === actor.userId,
      ),
    ),
  ]);
  const origin = settingsOf(c.env).publicUrl || new URL(c.req.url).origin;
  return rows.map((row) =>
    viewImport(row, {
      env: c.env,
      origin,
      now: c.get("now"),
      companyName: actor.grants.get(row.companyId)?.companyName ?? companies.get(row.companyId) ?? "",
      importer: row.importedBy === actor.userId ? actor : importers.get(row.importedBy),
    }),
  );
}

function unknown(
  rows: ImportRow[],
  idOf: (row: ImportRow) => number,
  isKnown: (id: number) => boolean,
): number[] {
  return [...new Set(rows.map(idOf))].filter((id) => !isKnown(id));
}
