import { env } from "cloudflare:test";
import { accessIdOf } from "../../../src/auth/actor.ts";
import type { Scope } from "../../../src/auth/api-keys/scopes.ts";
import { createSecret } from "../../../src/auth/api-keys/secret.ts";
import { openDirectory } from "../../../src/db/clients.ts";
import { apiKeys } from "../../../src/db/directory/schema.ts";

const directory = openDirectory(env.DIRECTORY);

/** An API key of a company, made by one of its people. @returns its id, and its secret as a token. */
export async function createApiKey(
  company: { id: number },
  maker: { id: number },
  {
    role = "manager" as "manager" | "agent" | "viewer",
    scopes = null as Scope[] | null,
    ...differs
  }: { role?: "manager" | "agent" | "viewer"; scopes?: Scope[] | null } & Partial<
    Pick<typeof apiKeys.$inferInsert, "name" | "expiresAt" | "endedAt" | "lastUsedAt">
  > = {},
): Promise<{ id: number; token: string }> {
  const { secret, prefix, secretHash } = createSecret();
  const [row] = await directory
    .insert(apiKeys)
    .values({
      companyId: company.id,
      name: "Robot",
      accessId: accessIdOf(role),
      scopes,
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
