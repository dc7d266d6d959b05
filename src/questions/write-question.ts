import { and, eq, sql } from "drizzle-orm";
import type * as z from "zod";
import { questionOptions, questions } from "../db/leads/schema.ts";
import type { Tenant } from "../db/leads/tenant.ts";
import { fieldError, requireFound } from "../errors.ts";
import type { Creation } from "../http/idempotency/creation.ts";
import { isOneOf, joinOptions, type QuestionRow, selectQuestions } from "./queries.ts";
import type { CreateQuestionBody, UpdateQuestionBody } from "./schemas.ts";

/**
 * Adds a question to a campaign, with its options.
 *
 * @throws 422 where the options do not fit, 409 where the campaign has a question of that key.
 */
export async function createQuestion(
  tenant: Tenant,
  campaign: { id: number; companyId: number },
  { options = [], position, ...body }: z.output<typeof CreateQuestionBody>,
  creation: Creation,
): Promise<QuestionRow> {
  const isChoice = body.kind === "single_choice" || body.kind === "multiple_choice";
  if (options.length > 0 && !isChoice) {
    throw fieldError("invalid_body", "options", "no_choice", `a question of the kind ${body.kind} has none`);
  }
  if (new Set(options.map(({ value }) => value)).size < options.length) {
    throw fieldError("invalid_body", "options", "repeated", "two options need two values");
  }
  const { companyId, id: campaignId } = campaign;
  const offered = JSON.stringify(
    options.map((option, place) => [option.label, option.value, option.position ?? place + 1]),
  );
  const last = sql`(
    SELECT coalesce(max(position), 0) + 1 FROM questions
    WHERE company_id = ${companyId} AND campaign_id = ${campaignId})`;
  const { db } = tenant;
  try {
    const newest = sql`(SELECT max(id) FROM ${questions})`;
    const [, , rows, shown] = await db.batch([
      db.insert(questions).values({ ...body, companyId, campaignId, position: position ?? last }),
      db.insert(questionOptions).select(
        sql`SELECT NULL, ${companyId}, ${newest}, value->>0, value->>1, value->>2, 0, 0
            FROM json_each(${offered})`,
      ),
      ...selectQuestions(tenant, sql`${questions.id} = ${newest}`),
      ...creation.record(db, newest),
    ]);
    return requireFound(joinOptions(rows, shown)[0]);
  } catch (error) {
    if (error instanceof Error && /UNIQUE constraint failed: questions\./.test(error.message)) {
      throw fieldError("key_taken", "key", "key_taken", "is that of another question of the campaign");
    }
    throw error;
  }
}

/** Changes the fields of a question that are given. */
export async function updateQuestion(
  tenant: Tenant,
  row: QuestionRow,
  body: z.output<typeof UpdateQuestionBody>,
): Promise<QuestionRow> {
  if (Object.keys(body).length === 0) return row;
  const isIt = and(eq(questions.id, row.id), eq(questions.companyId, row.companyId));
  const [, rows, options] = await tenant.db.batch([
    tenant.db.update(questions).set(body).where(isIt),
    ...selectQuestions(tenant, isOneOf([row.id])),
  ]);
  return requireFound(joinOptions(rows, options)[0]);
}

/** Takes a question out of its campaign: one that has answers is archived, another is deleted. */
export async function removeQuestion(tenant: Tenant, { id, companyId }: QuestionRow): Promise<void> {
  const { db } = tenant;
  const mine = and(eq(questions.id, id), eq(questions.companyId, companyId));
  const unanswered = sql`NOT (SELECT answered FROM ${questions} q WHERE q.id = ${id})`;
  await db.batch([
    db
      .delete(questionOptions)
      .where(and(eq(questionOptions.companyId, companyId), eq(questionOptions.questionId, id), unanswered)),
    db.delete(questions).where(and(mine, eq(questions.answered, false))),
    db.update(questions).set({ archived: true }).where(mine),
  ]);
}

/**
 * Puts the questions of a campaign in order.
 *
 * @param asked its questions that are not archived. @param ids of all of these.
 * @throws 422 where they are not exactly these.
 */
export async function orderQuestions(
  tenant: Tenant,
  campaign: { id: number; companyId: number },
  asked: QuestionRow[],
  ids: number[],
): Promise<QuestionRow[]> {
  const { db } = tenant;
  const list = JSON.stringify(ids);
  const named = new Set(ids);
  if (named.size !== ids.length || named.size !== asked.length || asked.some(({ id }) => !named.has(id))) {
    const detail = `must be the ids of all ${asked.length} questions that are not archived, each once`;
    throw fieldError("invalid_body", "question_ids", "not_all", detail);
  }
  const [, rows, options] = await db.batch([
    db
      .update(questions)
      .set({ position: sql`(SELECT key + 1 FROM json_each(${list}) WHERE value = questions.id)` })
      .where(
        and(eq(questions.companyId, campaign.companyId), eq(questions.campaignId, campaign.id), isOneOf(ids)),
      ),
    ...selectQuestions(tenant, isOneOf(ids)),
  ]);
  return joinOptions(rows, options);
}
