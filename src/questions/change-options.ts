import { and, eq, sql } from "drizzle-orm";
import type * as z from "zod";
import { questionOptions } from "../db/leads/schema.ts";
import type { Tenant } from "../db/leads/tenant.ts";
import { fieldError } from "../errors.ts";
import { findQuestions, isOneOf, joinOptions, type QuestionRow, selectQuestions } from "./queries.ts";
import type { OptionsBody } from "./schemas.ts";

type Wanted = z.output<typeof OptionsBody>["questions"];

/**
 * Gives each named question the whole set of its options, all questions in one transaction. What is not in the
 * set is deleted, or archived where a lead chose it; an archived option whose value comes again is offered again.
 *
 * @param asked the questions of the campaign that are not archived.
 * @throws 404 for a question that the campaign does not have, 422 for an option that does not fit, each with a
 * pointer to it; nothing is changed then.
 */
export async function changeOptions(
  tenant: Tenant,
  { companyId }: { companyId: number },
  asked: QuestionRow[],
  wanted: Wanted,
): Promise<QuestionRow[]> {
  const ids = wanted.map(({ id }) => id);
  const present = new Map(asked.map((question) => [question.id, question]));
  for (const [index, { id, options }] of wanted.entries()) {
    const at = ["questions", index];
    const question = present.get(id);
    if (!question) {
      throw fieldError("not_found", [...at, "id"], "not_found", "the campaign has no such question");
    }
    if (ids.indexOf(id) !== index) throw fieldError("invalid_body", [...at, "id"], "repeated", "comes twice");
    checkOptions(question, options, [...at, "options"]);
  }
  refuseRenamedAnswers(wanted, present);
  const rows = JSON.stringify(
    wanted.flatMap(({ id, options }) =>
      options.map((option, place) => [
        id,
        option.id ?? null,
        option.label,
        option.value,
        option.position ?? place + 1,
      ]),
    ),
  );
  const ofThese = and(
    eq(questionOptions.companyId, companyId),
    sql`${questionOptions.questionId} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
  );
  // Each of these goes once over the set, however many options there are: nothing is looked for in it row by row.
  const inSet = sql`(${questionOptions.questionId}, ${questionOptions.value}) IN (
    SELECT w.value->>0, w.value->>3 FROM json_each(${rows}) w)`;
  const isNamed = sql`(${questionOptions.id}, ${questionOptions.questionId}) IN (
    SELECT w.value->>1, w.value->>0 FROM json_each(${rows}) w WHERE w.value->>1 IS NOT NULL)`;
  const { db } = tenant;
  const statements = [
    // What a lead chose since the questions were read breaks the rule that an option has a value: the batch goes with it.
    db
      .update(questionOptions)
      .set({ value: sql`NULL` })
      .where(
        and(
          ofThese,
          eq(questionOptions.answered, true),
          isNamed,
          sql`(${questionOptions.id}, ${questionOptions.value}) NOT IN (
            SELECT w.value->>1, w.value->>3 FROM json_each(${rows}) w WHERE w.value->>1 IS NOT NULL)`,
        ),
      ),
    // Two that change places would meet half-way: so first each gets a value that no other has.
    db
      .update(questionOptions)
      .set({ value: sql`char(1) || id` })
      .where(and(eq(questionOptions.companyId, companyId), isNamed)),
    db
      .update(questionOptions)
      .set({ value: sql`w.wanted` })
      // LIMIT makes a table of it: SQLite would go through the whole set for each option otherwise.
      .from(sql`(
        SELECT value->>0 AS question_id, value->>1 AS id, value->>3 AS wanted
        FROM json_each(${rows}) LIMIT -1) w`)
      .where(
        and(
          sql`"question_options"."id" = w.id`,
          eq(questionOptions.companyId, companyId),
          sql`"question_options"."value" = char(1) || "question_options"."id"`,
          sql`NOT EXISTS (
            SELECT 1 FROM ${questionOptions} o
            WHERE o.company_id = ${companyId} AND o.question_id = w.question_id AND o.value = w.wanted)`,
        ),
      ),
    db.delete(questionOptions).where(and(ofThese, sql`NOT ${inSet}`, eq(questionOptions.answered, false))),
    db
      .update(questionOptions)
      .set({ archived: true })
      .where(and(ofThese, sql`NOT ${inSet}`)),
    db
      .insert(questionOptions)
      .select(
        sql`SELECT NULL, ${companyId}, value->>0, value->>2, value->>3, value->>4, 0, 0
          FROM json_each(${rows}) WHERE true`,
      )
      .onConflictDoUpdate({
        target: [questionOptions.companyId, questionOptions.questionId, questionOptions.value],
        set: { label: sql`excluded.label`, position: sql`excluded.position`, archived: false },
      }),
    ...selectQuestions(tenant, isOneOf(ids)),
  ] as const;
  try {
    const [, , , , , , changed, options] = await db.batch(statements);
    return joinOptions(changed, options);
  } catch (error) {
    if (!(error instanceof Error && CHOSEN_SINCE.test(error.message))) throw error;
    refuseRenamedAnswers(wanted, new Map((await findQuestions(tenant, ids)).map((one) => [one.id, one])));
    throw error;
  }
}

/** What SQLite says where an option that gets another value was chosen meanwhile. */
const CHOSEN_SINCE = /NOT NULL constraint failed: question_options\.value/;

function checkOptions(question: QuestionRow, options: Wanted[number]["options"], at: PropertyKey[]): void {
  if (question.kind !== "single_choice" && question.kind !== "multiple_choice") {
    const detail = `a question of the kind ${question.kind} has no options`;
    throw fieldError("invalid_body", at, "no_choice", detail);
  }
  const known = new Set(question.options.map(({ id }) => id));
  const seen = { id: new Set<number>(), value: new Set<string>() };
  for (const [index, { id, value }] of options.entries()) {
    if (id !== undefined && !known.has(id)) {
      throw fieldError(
        "invalid_body",
        [...at, index, "id"],
        "not_found",
        "is not an option of this question: leave the id out for a new one",
      );
    }
    if (id !== undefined && seen.id.has(id)) {
      throw fieldError("invalid_body", [...at, index, "id"], "repeated", "comes twice");
    }
    if (seen.value.has(value)) {
      throw fieldError("invalid_body", [...at, index, "value"], "repeated", "two options need two values");
    }
    if (id !== undefined) seen.id.add(id);
    seen.value.add(value);
  }
}

/** An answer is kept as the value that was chosen: an option that has answers keeps its value. */
function refuseRenamedAnswers(wanted: Wanted, present: Map<number, QuestionRow>): void {
  for (const [question, { id, options }] of wanted.entries()) {
    for (const [index, option] of options.entries()) {
      const before = present.get(id)?.options.find((one) => one.id === option.id);
      if (!before?.answered || before.value === option.value) continue;
      const at = ["questions", question, "options", index, "value"];
      throw fieldError(
        "invalid_body",
        at,
        "answered",
        "leads chose it: change its label, or add another option",
      );
    }
  }
}
