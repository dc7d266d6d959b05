import { and, asc, eq, type SQL, sql } from "drizzle-orm";
import { campaigns, questionOptions, questions } from "../db/leads/schema.ts";
import { ownedBy, ownedValues, type Tenant } from "../db/leads/tenant.ts";
import { equals } from "../http/lists/conditions.ts";
import type { ListRequest } from "../http/lists/list-query.ts";
import { bindPlaceholders, endSelectedPage, ONE, selectPage } from "../http/lists/read-page.ts";

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
  const [rows, options] = await tenant.db.batch(selectQuestions(tenant, isOneOf(ids)));
  return joinOptions(rows, options);
}

/** The condition that a question is one of some. */
export function isOneOf(ids: number[]): SQL {
  return sql`${questions.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`;
}

/**
 * The statements that read questions of the tenant with their options, for the end of a batch that writes them.
 * {@link joinOptions} puts together what they give.
 */
export function selectQuestions(tenant: Tenant, condition: SQL) {
  const owned = bindPlaceholders(ownedBy(tenant, questions.companyId), ownedValues(tenant));
  const wanted = sql`${condition} AND ${owned}`;
  return [
    tenant.db.select().from(questions).where(wanted).orderBy(asc(questions.position), asc(questions.id)),
    selectOptions(tenant, optionsOf(wanted)),
  ] as const;
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

/** The same of a campaign whose company is not known yet. @returns none where there is no such campaign. */
export async function findAskedQuestions(tenant: Tenant, campaignId: number): Promise<QuestionRow[]> {
  const asked = sql`${ofCampaign(campaignId)} AND NOT ${questions.archived}`;
  const [rows, options] = await tenant.db.batch(selectQuestions(tenant, asked));
  return joinOptions(rows, options);
}

/** The condition that a question is of a campaign, by an index that begins with the company. */
function ofCampaign(campaignId: number): SQL {
  return sql`${questions.companyId} = (SELECT c.company_id FROM ${campaigns} c WHERE c.id = ${campaignId})
    AND ${questions.campaignId} = ${campaignId}`;
}

/** A page of the questions of a campaign; without archived ones, unless they are asked for. */
export async function listQuestions(tenant: Tenant, campaignId: number, request: ListRequest) {
  const { db } = tenant;
  const list = {
    counted: db.select(ONE).from(questions),
    where: [
      ofCampaign(campaignId),
      equals(request, "archived") === undefined ? eq(questions.archived, false) : undefined,
    ],
  };
  const columns = { companyId: questions.companyId, id: questions.id };
  const [shown] = selectPage(db, request, filterable, { ...list, rows: db.select(columns).from(questions) });
  const [rows, counted, options] = await db.batch([
    ...selectPage(db, request, filterable, { ...list, rows: db.select().from(questions) }),
    selectOptions(tenant, sql`(${questionOptions.companyId}, ${questionOptions.questionId}) IN ${shown}`),
  ]);
  const page = endSelectedPage<typeof questions.$inferSelect>([rows, counted], request);
  return { rows: joinOptions(page.rows, options), total: page.total };
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

/** Questions with their options. */
export function joinOptions(rows: (typeof questions.$inferSelect)[], options: OptionRow[]): QuestionRow[] {
  const byQuestion = Map.groupBy(options, ({ questionId }) => questionId);
  return rows.map((row) => ({ ...row, options: byQuestion.get(row.id) ?? [] }));
}
