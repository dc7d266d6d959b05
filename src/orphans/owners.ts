import { sql } from "drizzle-orm";
import { type Databases, openLeads } from "../db/clients.ts";
import { companies, multipartUploads, uploads, users } from "../db/directory/schema.ts";
import { eachStore } from "../db/each-store.ts";
import { imports } from "../db/leads/schema.ts";
import { originalsInUse } from "../imports/upload/originals-in-use.ts";

/** A kind of file in R2: what its keys begin with, and which of some keys a row owns. */
export interface FileKind {
  prefix: string;
  /** @returns `null` where a database did not answer: then nobody knows. */
  owned(databases: Databases, keys: string[]): Promise<Set<string> | null>;
}

/** Every kind of file that the product keeps. */
export const FILE_KINDS: FileKind[] = [
  { prefix: "avatars/", owned: avatarsInUse },
  { prefix: "imports/", owned: filesOfImports },
  { prefix: "originals/", owned: originalsOfImports },
];

async function originalsOfImports(databases: Databases, keys: string[]): Promise<Set<string> | null> {
  const used = await originalsInUse(databases, keys);
  if (!used) return null;
  const { directory } = databases;
  const inProgress = await directory.batch([
    directory.select({ fileKey: uploads.fileKey }).from(uploads).where(isOneOf(uploads.fileKey, keys)),
    directory
      .select({ fileKey: multipartUploads.fileKey })
      .from(multipartUploads)
      .where(isOneOf(multipartUploads.fileKey, keys)),
  ]);
  for (const { fileKey } of inProgress.flat()) used.add(fileKey);
  return used;
}

/** A user or a company has an avatar by the last part of its key. */
async function avatarsInUse({ directory }: Databases, keys: string[]): Promise<Set<string>> {
  const names = keys.map((key) => key.slice("avatars/".length));
  const [ofUsers, ofCompanies] = await directory.batch([
    directory.select({ name: users.avatarKey }).from(users).where(isOneOf(users.avatarKey, names)),
    directory
      .select({ name: companies.avatarKey })
      .from(companies)
      .where(isOneOf(companies.avatarKey, names)),
  ]);
  return new Set([...ofUsers, ...ofCompanies].map(({ name }) => `avatars/${name}`));
}

/** `imports/<code>/…` is of an import that shows it, that still runs, or whose error file is being written. */
async function filesOfImports(databases: Databases, keys: string[]): Promise<Set<string> | null> {
  const codes = [...new Set(keys.map((key) => key.split("/")[1] ?? ""))];
  const shown = new Set<string | null>();
  const atWork = new Set<string>();
  const failed = await eachStore(databases, "import_files.not_compared", async (client) => {
    const rows = await openLeads(client)
      .select({
        code: imports.importCode,
        errorFileKey: imports.errorFileKey,
        atWork: sql<number>`${imports.status} IN (0, 1) OR ${imports.report} IS NOT NULL`,
      })
      .from(imports)
      .where(isOneOf(imports.importCode, codes));
    for (const row of rows) {
      shown.add(row.errorFileKey);
      if (row.atWork) atWork.add(row.code);
    }
  });
  if (failed.length > 0) return null;
  return new Set(keys.filter((key) => shown.has(key) || atWork.has(key.split("/")[1] ?? "")));
}

function isOneOf(column: Parameters<typeof sql>[1], values: string[]) {
  return sql`${column} IN (SELECT value FROM json_each(${JSON.stringify(values)}))`;
}
