import { env } from "cloudflare:test";
import { accessIdOf } from "../../../src/auth/actor.ts";
import type { ImportLink } from "../../../src/auth/api-keys/import-link.ts";
import type { Scope } from "../../../src/auth/api-keys/scopes.ts";
import { type ApiKeySecret, createSecret } from "../../../src/auth/api-keys/secret.ts";
import { openDirectory } from "../../../src/db/clients.ts";
import { apiKeys } from "../../../src/db/directory/schema.ts";

const directory = openDirectory(env.DIRECTORY);

/** A link for imports of a company, made by one of its people. @returns its id, and its token. */
export function createImportLink(
  company: { id: number },
  maker: { id: number },
  { name = "Portal", expiresAt = Date.now() + 3_600_000, ...link }: Partial<ImportLink & Differs> = {},
): Promise<{ id: number; token: string }> {
  const importLink: ImportLink = {
    campaignId: null,
    mostRecords: 10_000,
    allowedOrigin: PAGE,
    onDuplicate: "skip",
    ...link,
  };
  return insertKey(company, maker, createSecret("importLink"), { name, expiresAt, importLink });
}

/** The page that links are for. */
export const PAGE = "https://shop.example.com";

/** An API key of a company, made by one of its people. @returns its id, and its secret as a token. */
export function createApiKey(
  company: { id: number },
  maker: { id: number },
  {
    role = "manager",
    name = "Robot",
    ...differs
  }: { role?: "manager" | "agent" | "viewer"; scopes?: Scope[] | null } & Differs = {},
): Promise<{ id: number; token: string }> {
  return insertKey(company, maker, createSecret(), { name, accessId: accessIdOf(role), ...differs });
}

type Row = typeof apiKeys.$inferInsert;
type Differs = Partial<Pick<Row, "name" | "expiresAt" | "endedAt" | "lastUsedAt">>;

async function insertKey(
  company: { id: number },
  maker: { id: number },
  { secret, prefix, secretHash }: ApiKeySecret,
  differs: Partial<Row> & Pick<Row, "name">,
): Promise<{ id: number; token: string }> {
  const [row] = await directory
    .insert(apiKeys)
    .values({
      companyId: company.id,
      accessId: accessIdOf("manager"),
      prefix,
      secretHash,
      createdBy: maker.id,
      createdAt: Date.now(),
      ...differs,
    })
    .returning({ id: apiKeys.id });
  if (!row) throw new Error("no key");
  return { id: row.id, token: secret };
}
