import { env } from "cloudflare:test";
import { and, eq, gt, sql } from "drizzle-orm";
import type { Role } from "../../src/auth/actor.ts";
import { hashPassword } from "../../src/auth/passwords/passwords.ts";
import { signAccessToken } from "../../src/auth/tokens/tokens.ts";
import { leadStores } from "../../src/db/bindings.ts";
import { openDirectory, openLeads } from "../../src/db/clients.ts";
import { companies, companyAncestors, userAccesses, users } from "../../src/db/directory/schema.ts";
import { campaigns, imports } from "../../src/db/leads/schema.ts";
import { createImportCode } from "../../src/imports/import-code.ts";

const directory = openDirectory(env.DIRECTORY);

export const PASSWORD = "correct horse battery staple";
let passwordHash: Promise<string> | undefined;

const ROLE_IDS: Record<Role, number> = { owner: 1, manager: 2, agent: 3, viewer: 4 };
let serial = 0;

export type TestCompany = Awaited<ReturnType<typeof createCompany>>;
export type TestUser = Awaited<ReturnType<typeof createUser>>;

/** A fresh company of its own for a test; a child lives in the store of its parent. */
export async function createCompany({
  name,
  store = 0,
  country = "MX" as string | null,
  parent,
  createdAt = Date.now(),
}: {
  name?: string;
  store?: number;
  country?: string | null;
  parent?: { id: number; store: number };
  createdAt?: number;
} = {}) {
  serial += 1;
  const leadStore = parent?.store ?? store;
  // Of a table whose ids only ever rise.
  const ownId = sql`(SELECT max(id) FROM ${companies})`;
  const [[row]] = await directory.batch([
    directory
      .insert(companies)
      .values({
        name: name ?? `Company ${serial}`,
        parentCompanyId: parent?.id ?? null,
        leadStore,
        country,
        createdAt,
        updatedAt: createdAt,
      })
      .returning(),
    directory.insert(companyAncestors).select(
      sql`SELECT ${ownId}, ${ownId}, 0 UNION ALL
          SELECT ${ownId}, ancestor_id, depth + 1 FROM ${companyAncestors} WHERE company_id = ${parent?.id ?? 0}`,
    ),
  ]);
  if (!row) throw new Error("no company");
  const database = leadStores(env)[leadStore];
  if (!database) throw new Error(`no lead store ${leadStore}`);
  return { id: row.id, name: row.name, store: leadStore, database };
}

/** A fresh user with a token; `password` costs a hash, so only where a test signs in. */
export async function createUser({
  email,
  firstName = "Person",
  lastName,
  access = [],
  operator = false,
  status = "active" as "pending" | "active" | "disabled",
  password = false,
  confirmed = true,
}: {
  email?: string;
  firstName?: string;
  lastName?: string;
  access?: { company: { id: number }; role: Role }[];
  operator?: boolean;
  status?: "pending" | "active" | "disabled";
  password?: boolean;
  /** Whether the mailbox of their address has answered. */
  confirmed?: boolean;
} = {}) {
  serial += 1;
  const now = Date.now();
  if (password) passwordHash ??= hashPassword(PASSWORD);
  const [[user]] = await directory.batch([
    directory
      .insert(users)
      .values({
        email: email ?? `person-${serial}-${crypto.randomUUID().slice(0, 8)}@example.test`,
        firstName,
        lastName: lastName ?? String(serial),
        status,
        operator,
        emailConfirmedAt: confirmed ? now : null,
        passwordHash: password ? ((await passwordHash) ?? null) : null,
        createdAt: now,
        updatedAt: now,
      })
      .returning(),
    ...access.map(({ company, role }, index) =>
      directory.insert(userAccesses).values({
        userId: sql`(SELECT max(id) FROM ${users})`,
        companyId: company.id,
        accessId: ROLE_IDS[role],
        primary: index === 0,
        createdAt: now,
      }),
    ),
  ]);
  if (!user) throw new Error("no user");
  const { token } = await signAccessToken(env, user, crypto.randomUUID(), now);
  return { id: user.id, email: user.email, token };
}

/** A campaign of a company. */
export async function createCampaign(company: TestCompany, name = "Spring") {
  const now = Date.now();
  const [row] = await openLeads(company.database)
    .insert(campaigns)
    .values({ companyId: company.id, name, status: "active", createdAt: now, updatedAt: now })
    .returning();
  if (!row) throw new Error("no campaign");
  return row;
}

/** The row of an import that nobody works on, its file being nowhere. */
export async function createImportRow(
  company: TestCompany,
  user: { id: number },
  differs: Partial<typeof imports.$inferInsert> = {},
) {
  const now = Date.now();
  const above = await directory
    .select({ id: companyAncestors.ancestorId })
    .from(companyAncestors)
    .where(and(eq(companyAncestors.companyId, company.id), gt(companyAncestors.depth, 0)));
  const [row] = await openLeads(company.database)
    .insert(imports)
    .values({
      importCode: createImportCode(company.store),
      companyId: company.id,
      importedBy: user.id,
      status: 2,
      onDuplicate: "skip",
      fileName: "leads.csv",
      fileBytes: 100,
      fileSha256: crypto.randomUUID().replaceAll("-", "").repeat(2),
      fileKey: `nowhere/${crypto.randomUUID()}`,
      encoding: "utf-8",
      ancestors: above.map(({ id }) => id),
      createdAt: now,
      movedAt: now,
      ...differs,
    })
    .returning();
  if (!row) throw new Error("no import");
  return row;
}
