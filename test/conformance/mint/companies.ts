import { env } from "cloudflare:test";
import { openDirectory, openLeads } from "../../../src/db/clients.ts";
import { companyMemberships, memberships } from "../../../src/db/directory/schema.ts";
import {
  leadSources,
  questionOptions,
  questions,
  territories,
  territoryUsers,
} from "../../../src/db/leads/schema.ts";
import type { Side } from "../world.ts";

const directory = openDirectory(env.DIRECTORY);
const HOUR = 60 * 60 * 1000;

/** Lets a side's company work in cycles. @returns a year that it has no cycle in. */
export async function newYear({ company }: Side): Promise<number> {
  await env.DIRECTORY.prepare("UPDATE companies SET cycles_enabled = 1 WHERE id = ?").bind(company.id).run();
  const row = await company.database
    .prepare("SELECT count(*) AS cycles FROM cycles WHERE company_id = ?")
    .bind(company.id)
    .first<{ cycles: number }>();
  return 1000 + (row?.cycles ?? 0);
}

/** A membership of the catalogue. */
export async function someMembership(): Promise<number> {
  const plan = { description: "", priceCents: 0, currency: "USD", interval: "month" as const };
  await directory
    .insert(memberships)
    .values({ ...plan, name: "Plan" })
    .onConflictDoNothing();
  const row = await env.DIRECTORY.prepare("SELECT id FROM memberships LIMIT 1").first<{ id: number }>();
  return row?.id ?? 0;
}

/** Gives a side's company a membership, where it has none. */
export async function newMembership({ company }: Side): Promise<void> {
  const now = Date.now();
  await directory
    .insert(companyMemberships)
    .values({
      companyId: company.id,
      membershipId: await someMembership(),
      status: "active",
      startedAt: now,
      currentPeriodEnd: now + HOUR,
    })
    .onConflictDoNothing();
}

/** A source that the side offers. */
export async function newSource({ company, word }: Side) {
  const name = `${word} ${crypto.randomUUID()}`;
  const [source] = await openLeads(company.database)
    .insert(leadSources)
    .values({ companyId: company.id, name, nameKey: name, createdAt: Date.now() })
    .returning();
  if (!source) throw new Error("no source");
  return source;
}

/** A territory of the side's owner, the last one of the side, for the city that is called by its word. */
export async function newTerritory({ company, owner, word }: Side) {
  const db = openLeads(company.database);
  const now = Date.now();
  const cities = [word];
  const [territory] = await db
    .insert(territories)
    .values({
      companyId: company.id,
      name: word,
      priority: 1 + (await territoriesOf({ company })).length,
      ...{ countries: [], states: [], stateKeys: [], cities, cityKeys: cities },
      createdAt: now,
      updatedAt: now,
    })
    .returning();
  if (!territory) throw new Error("no territory");
  await db
    .insert(territoryUsers)
    .values({ companyId: company.id, territoryId: territory.id, userId: owner.id });
  return territory;
}

/** The ids of a side's territories. */
export async function territoriesOf({ company }: Pick<Side, "company">): Promise<number[]> {
  const { results } = await company.database
    .prepare("SELECT id FROM territories WHERE company_id = ? ORDER BY priority")
    .bind(company.id)
    .all<{ id: number }>();
  return results.map(({ id }) => id);
}

/** A question of the side's campaign, with an option. */
export async function newQuestion({ company, campaign, word }: Side) {
  const db = openLeads(company.database);
  const [question] = await db
    .insert(questions)
    .values({
      companyId: company.id,
      campaignId: campaign.id,
      key: `key_${crypto.randomUUID().replaceAll("-", "_")}`,
      text: `${word}?`,
      kind: "single_choice",
      position: 1,
    })
    .returning();
  if (!question) throw new Error("no question");
  const [option] = await db
    .insert(questionOptions)
    .values({ companyId: company.id, questionId: question.id, label: word, value: word, position: 1 })
    .returning();
  if (!option) throw new Error("no option");
  return { id: question.id, option: option.id };
}

/** The ids of the questions that a side's campaign asks. */
export async function questionsOf({ company, campaign }: Side): Promise<number[]> {
  const { results } = await company.database
    .prepare("SELECT id FROM questions WHERE campaign_id = ? AND NOT archived")
    .bind(campaign.id)
    .all<{ id: number }>();
  return results.map(({ id }) => id);
}
