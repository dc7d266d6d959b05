import { env } from "cloudflare:test";
import { openDirectory } from "../../../src/db/clients.ts";
import { companyMemberships, memberships } from "../../../src/db/directory/schema.ts";
import type { TestCompany } from "../factories.ts";

const directory = openDirectory(env.DIRECTORY);
const MONTH = 30 * 24 * 60 * 60 * 1000;

type Limits = Pick<typeof memberships.$inferInsert, "maxUsers" | "maxLeads" | "maxImportsPerMonth">;

/** Gives a company a membership of its own with these limits. @returns the membership's id. */
export async function attachMembership(company: Pick<TestCompany, "id">, limits: Limits): Promise<number> {
  const now = Date.now();
  const [plan] = await directory
    .insert(memberships)
    .values({
      name: `Plan ${crypto.randomUUID()}`,
      description: "",
      priceCents: 0,
      currency: "USD",
      interval: "month",
      ...limits,
    })
    .returning();
  if (!plan) throw new Error("no membership");
  await directory.insert(companyMemberships).values({
    companyId: company.id,
    membershipId: plan.id,
    status: "active",
    startedAt: now,
    currentPeriodEnd: now + MONTH,
  });
  return plan.id;
}

/** Lets a company have so many leads and no more. */
export async function limitLeads(company: Pick<TestCompany, "id">, maxLeads: number): Promise<number> {
  return attachMembership(company, { maxLeads });
}
