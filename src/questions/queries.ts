import { and, asc, eq, type SQL, sql } from "drizzle-orm";
import { campaigns, questionOptions, questions } from "../db/leads/schema.ts";
import { ownedBy, ownedValues, type Tenant } from "../db/leads/tenant.ts";
import { equals } from "../http/lists/conditions.ts";
import type { ListRequest } from "../http/lists/list-query.ts";
import { bindPlaceholders, ONE, readPage } from "../http/lists/read-page.ts";

const filterable = {
  id: questions.id,
  kind: questions.kind,
  archived: questions.archived,
  required: questions.required,
  position: questions.position,
};

export type OptionRow = typeof questionOptions.$inferSelect;
export type QuestionRow = typeof questions.$inferSelect & { options: OptionRow[] };

/** A question with its options. @returns `undefined` where the tenant has none. */
export async function findQuestion(tenant: Tenant, id: number): Promise<QuestionRow | undefined> {
  const [row] = await findQuestions(tenant, [id]);
  return row;
}

/** Questions with their options, in the order of the campaign: one batch. */
export async function findQuestions(tenant: Tenant, ids: number[]): Promise<QuestionRow[]> {
  const owned = bindPlaceholders(ownedBy(tenant, questions.companyId), ownedValues(tenant));
  const wanted = sql`${questions.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)})) AND ${owned}`;
  const [rows, options] = await tenant.db.batch([
    tenant.db.select().from(questions).where(wanted).orderBy(asc(questions.position), asc(questions.id)),
    selectOptions(tenant, optionsOf(wanted)),
  ]);
  return joinOptions(rows, options);
}

/**
 * The questions of a campaign with their options, in its order, without archived ones: one batch.
 *
 * @returns `null` where the company has no such campaign.
 */
export async function findQuestionsOf(
  tenant: Tenant,
  companyId: number,
  campaignId: number,
): Promise<QuestionRow[] | null> {
  const wanted = sql`${questions.companyId} = ${companyId} AND ${questions.campaignId} = ${campaignId}
    AND NOT ${questions.archived}`;
  const [[campaign], rows, options] = await tenant.db.batch([
    tenant.db
      .select({ id: campaigns.id })
      .from(campaigns)
      .where(and(eq(campaigns.companyId, companyId), eq(campaigns.id, campaignId))),
    tenant.db.select().from(questions).where(wanted).orderBy(asc(questions.position), asc(questions.id)),
    selectOptions(tenant, optionsOf(wanted)),
  ]);
  return campaign ? joinOptions(rows, options) : null;
}

/** A page of the questions of a campaign; without archived ones, unless they are asked for. */
export async function listQuestions(
  tenant: Tenant,
  campaign: { id: number; companyId: number },
  request: ListRequest,
) {
  const { rows, total } = await readPage(tenant.db, request, filterable, {
    rows: tenant.db.select().from(questions),
    counted: tenant.db.select(ONE).from(questions),
    where: [
      eq(questions.companyId, campaign.companyId),
      eq(questions.campaignId, campaign.id),
      equals(request, "archived") === undefined ? eq(questions.archived, false) : undefined,
    ],
  });
  return { rows: await withOptions(tenant, rows), total };
}

async function withOptions(tenant: Tenant, rows: (typeof questions.$inferSelect)[]): Promise<QuestionRow[]> {
  if (rows.length === 0) return [];
  const ids = JSON.stringify(rows.map(({ id }) => id));
  const companyIds = JSON.stringify([...new Set(rows.map(({ companyId }) => companyId))]);
  const options = await selectOptions(
    tenant,
    // The questions are the tenant's, and their options are of the same companies.
    sql`${questionOptions.companyId} IN (SELECT value FROM json_each(${companyIds}))
      AND ${questionOptions.questionId} IN (SELECT value FROM json_each(${ids}))`,
  );
  return joinOptions(rows, options);
}

/** The options of the questions for which something holds. */
function optionsOf(wanted: SQL): SQL {
  return sql`(${questionOptions.companyId}, ${questionOptions.questionId}) IN (
    SELECT ${questions.companyId}, ${questions.id} FROM ${questions} WHERE ${wanted})`;
}

function selectOptions(tenant: Tenant, condition: SQL) {
  return tenant.db
    .select()
    .from(questionOptions)
    .where(condition)
    .orderBy(asc(questionOptions.position), asc(questionOptions.id));
}

function joinOptions(rows: (typeof questions.$inferSelect)[], options: OptionRow[]): QuestionRow[] {
  const byQuestion = Map.groupBy(options, ({ questionId }) => questionId);
  return rows.map((row) => ({ ...row, options: byQuestion.get(row.id) ?? [] }));
}
