import { and, sql } from "drizzle-orm";
import type * as z from "zod";
import type { UserActor } from "../auth/actor.ts";
import type { Databases } from "../db/clients.ts";
import { questions } from "../db/leads/schema.ts";
import { ownedBy, ownedValues, type Tenant } from "../db/leads/tenant.ts";
import { listStages } from "../stages/queries.ts";
import { namesOfUsers } from "../users/queries.ts";
import { findHiddenCanonicalLeads } from "./duplicates/hidden-canonical-leads.ts";
import type { LeadRow } from "./queries.ts";
import type { Lead } from "./schemas.ts";
import { viewLead } from "./view.ts";

/**
 * Shows leads of one company with the names of what they point to: one query each for a whole page, and none where
 * nothing is pointed to.
 */
export async function showLeads(
  databases: Databases,
  { actor, tenant }: { actor: UserActor; tenant: Tenant },
  rows: LeadRow[],
): Promise<z.input<typeof Lead>[]> {
  const userIds = distinct(rows.flatMap(({ assignedTo }) => assignedTo ?? []));
  const questionIds = distinct(rows.flatMap(({ answers }) => Object.keys(answers ?? {}).map(Number)));
  const [stages, users, questionKeys, unseen] = await Promise.all([
    listStages(databases.directory),
    userIds.length > 0 ? namesOfUsers(databases.directory, userIds) : new Map<number, { fullName: string }>(),
    questionIds.length > 0 ? keysOfQuestions(tenant, questionIds) : new Map<number, string>(),
    findHiddenCanonicalLeads(tenant, actor, rows),
  ]);
  const userNames = new Map([...users].map(([id, { fullName }]) => [id, fullName]));
  return rows.map((row) => {
    const shown =
      row.duplicateOf !== null && unseen.has(row.duplicateOf) ? { ...row, duplicateOf: null } : row;
    return viewLead(shown, { stages, questionKeys, userNames });
  });
}

/** Shows one lead. */
export async function showLead(
  databases: Databases,
  seen: { actor: UserActor; tenant: Tenant },
  row: LeadRow,
): Promise<z.input<typeof Lead>> {
  const [lead] = await showLeads(databases, seen, [row]);
  if (!lead) throw new Error("one row makes one lead");
  return lead;
}

async function keysOfQuestions(tenant: Tenant, ids: number[]): Promise<Map<number, string>> {
  const rows = await tenant.db
    .select({ id: questions.id, key: questions.key })
    .from(questions)
    .where(
      and(
        sql`${questions.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
        ownedBy(tenant, questions.companyId),
      ),
    )
    .prepare()
    .all(ownedValues(tenant));
  return new Map(rows.map(({ id, key }) => [id, key]));
}

function distinct(ids: number[]): number[] {
  return [...new Set(ids)];
}
