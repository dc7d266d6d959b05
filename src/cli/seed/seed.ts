import { createHash } from "node:crypto";
import { eq } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import { hashPassword } from "../../auth/passwords/passwords.ts";
import { directoryBinding, leadStores } from "../../db/bindings.ts";
import { type DirectoryDb, type LeadsDb, openDirectory, openLeads } from "../../db/clients.ts";
import {
  companies,
  companyAncestors,
  companyMemberships,
  legalTerms,
  memberships,
  userAccesses,
  users,
} from "../../db/directory/schema.ts";
import { campaigns, questionOptions, questions } from "../../db/leads/schema.ts";
import { settingsOf } from "../../env.ts";
import { CAMPAIGN, COMPANIES, DEMO_PASSWORD, MEMBERSHIPS, QUESTIONS, USERS } from "./data.ts";
import { LEGAL_PUBLISHED_AT, LEGAL_TERMS, LEGAL_VERSION } from "./legal-terms.ts";

const YEAR = 365 * 24 * 60 * 60 * 1000;

/**
 * Gives a local installation its demo companies, users and campaign, once: a database that has them is left as
 * it is, so it can run at every start and brings nothing back that was changed or deleted since.
 *
 * @param env the bindings; the lead stores migrated and provisioned.
 * @param now milliseconds since 1970: when the rows were created.
 * @throws in staging and production: everybody knows the password of these users.
 */
export async function seed(env: Env, now: number): Promise<void> {
  if (settingsOf(env).environment !== "local")
    throw new Error("The demo data is for a local installation only.");
  const [store] = leadStores(env);
  if (!store) throw new Error("LEADS_0 is not bound.");
  await seedDirectory(openDirectory(directoryBinding(env)), now);
  await seedCampaign(openLeads(store), now);
}

async function seedDirectory(db: DirectoryDb, now: number): Promise<void> {
  if ((await db.select({ id: users.id }).from(users).limit(1)).length > 0) return;
  const stamps = { createdAt: now, updatedAt: now };
  const passwordHash = await hashPassword(DEMO_PASSWORD);
  await runAll(db, [
    ...MEMBERSHIPS.map((membership) => db.insert(memberships).values(membership)),
    ...LEGAL_TERMS.map((text) => {
      const sha256 = createHash("sha256").update(text.body).digest("hex");
      return db
        .insert(legalTerms)
        .values({ ...text, version: LEGAL_VERSION, publishedAt: LEGAL_PUBLISHED_AT, sha256 });
    }),
    ...COMPANIES.map(({ parent, membership: _, ...company }) =>
      db.insert(companies).values({ ...company, parentCompanyId: parent, ...stamps }),
    ),
    ...COMPANIES.flatMap(({ id }) =>
      lineage(id).map((ancestorId, depth) =>
        db.insert(companyAncestors).values({ companyId: id, ancestorId, depth }),
      ),
    ),
    ...COMPANIES.flatMap(({ id: companyId, membership: membershipId }) => {
      if (!membershipId) return [];
      const period = { startedAt: now, currentPeriodEnd: now + YEAR };
      return [db.insert(companyMemberships).values({ companyId, membershipId, status: "active", ...period })];
    }),
    ...USERS.map(({ access: _, ...user }) =>
      db.insert(users).values({ ...user, status: "active", passwordHash, emailConfirmedAt: now, ...stamps }),
    ),
    ...USERS.flatMap(({ id: userId, access }) =>
      access ? [db.insert(userAccesses).values({ ...access, userId, primary: true, createdAt: now })] : [],
    ),
  ]);
}

async function seedCampaign(db: LeadsDb, now: number): Promise<void> {
  const { companyId, id: campaignId } = CAMPAIGN;
  const isThere = eq(campaigns.id, campaignId);
  if ((await db.select({ id: campaigns.id }).from(campaigns).where(isThere)).length > 0) return;
  await runAll(db, [
    db.insert(campaigns).values({ ...CAMPAIGN, createdAt: now, updatedAt: now }),
    ...QUESTIONS.map(({ options: _, ...question }, index) =>
      db.insert(questions).values({ ...question, companyId, campaignId, position: index + 1 }),
    ),
    ...QUESTIONS.flatMap(({ id: questionId, options = [] }) =>
      options.map((option, index) =>
        db.insert(questionOptions).values({ ...option, companyId, questionId, position: index + 1 }),
      ),
    ),
  ]);
}

/** A company's id and its ancestors', from itself up. */
function lineage(id: number): number[] {
  const parent = COMPANIES.find((company) => company.id === id)?.parent;
  return parent ? [id, ...lineage(parent)] : [id];
}

async function runAll(db: DirectoryDb | LeadsDb, statements: BatchItem<"sqlite">[]): Promise<void> {
  const [first, ...rest] = statements;
  if (first) await db.batch([first, ...rest]);
}
