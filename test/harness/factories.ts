import { env } from "cloudflare:test";
import type { Role } from "../../src/auth/actor.ts";
import { hashPassword } from "../../src/auth/passwords.ts";
import { signAccessToken } from "../../src/auth/tokens.ts";
import { openDirectory } from "../../src/db/clients.ts";
import { companies, companyAncestors, userAccesses, users } from "../../src/db/directory/schema.ts";
import { leadStores } from "../../src/env.ts";

const directory = openDirectory(env.DIRECTORY);

export const PASSWORD = "correct horse battery staple";
let passwordHash: Promise<string> | undefined;

const ROLE_IDS: Record<Role, number> = { owner: 1, manager: 2, agent: 3, viewer: 4 };
let serial = 0;

/** A fresh company of its own for a test; a child lives in the store of its parent. */
export async function createCompany({
  store = 0,
  country = "MX" as string | null,
  parent,
}: {
  store?: number;
  country?: string | null;
  parent?: { id: number; store: number };
} = {}) {
  serial += 1;
  const now = Date.now();
  const leadStore = parent?.store ?? store;
  const [row] = await directory
    .insert(companies)
    .values({
      name: `Company ${serial}`,
      parentCompanyId: parent?.id ?? null,
      leadStore,
      country,
      createdAt: now,
      updatedAt: now,
    })
    .returning();
  if (!row) throw new Error("no company");
  await directory
    .insert(companyAncestors)
    .values([
      { companyId: row.id, ancestorId: row.id, depth: 0 },
      ...(parent ? [{ companyId: row.id, ancestorId: parent.id, depth: 1 }] : []),
    ]);
  const database = leadStores(env)[leadStore];
  if (!database) throw new Error(`no lead store ${leadStore}`);
  return { id: row.id, name: row.name, store: leadStore, database };
}

/** A fresh user with a token; `password` costs a hash, so only where a test signs in. */
export async function createUser({
  access = [],
  operator = false,
  status = "active" as "pending" | "active" | "disabled",
  password = false,
}: {
  access?: { company: { id: number }; role: Role }[];
  operator?: boolean;
  status?: "pending" | "active" | "disabled";
  password?: boolean;
} = {}) {
  serial += 1;
  const now = Date.now();
  passwordHash ??= hashPassword(PASSWORD);
  const [user] = await directory
    .insert(users)
    .values({
      email: `person-${serial}-${crypto.randomUUID().slice(0, 8)}@example.test`,
      firstName: "Person",
      lastName: String(serial),
      status,
      operator,
      passwordHash: password ? await passwordHash : null,
      createdAt: now,
      updatedAt: now,
    })
    .returning();
  if (!user) throw new Error("no user");
  for (const [index, { company, role }] of access.entries()) {
    await directory.insert(userAccesses).values({
      userId: user.id,
      companyId: company.id,
      accessId: ROLE_IDS[role],
      primary: index === 0,
      createdAt: now,
    });
  }
  const { token } = await signAccessToken(env, user, now);
  return { id: user.id, email: user.email, token };
}
