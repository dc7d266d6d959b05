import { and, eq, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import type { LeadsDb } from "../db/clients.ts";
import { questionOptions, questions } from "../db/leads/schema.ts";
import type { Answer } from "../leads/lead-record.ts";

/**
 * Statements that mark the questions which leads answer, and the options which they choose, for the batch that
 * inserts the leads. (What changes the answers of a lead is marked by a trigger.) Where all are marked already,
 * nothing is written.
 *
 * @param answers those of each lead, by the id of a question.
 * @param isChoice whether a question has options; without it, every text is looked up among these.
 */
export function markAnswers(
  db: LeadsDb,
  companyId: number,
  answers: Iterable<Record<string, Answer> | null>,
  isChoice: (questionId: string) => boolean = () => true,
) {
  const chosen: Chosen = new Map();
  for (const one of answers) if (one !== null) addChosen(chosen, one, isChoice);
  if (chosen.size === 0) return [];
  const pairs = [...chosen].flatMap(([question, values]) =>
    [...values].map((value) => [Number(question), value]),
  );
  const choice = alias(questionOptions, "choice");
  const isQuestion = sql`${questions.id} IN (SELECT value FROM json_each(${JSON.stringify([...chosen.keys()].map(Number))}))`;
  const isChosen = sql`${questionOptions.id} IN (
    SELECT ${choice.id} FROM json_each(${JSON.stringify(pairs)}) p CROSS JOIN ${questionOptions} choice
      ON ${choice.companyId} = ${companyId} AND ${choice.questionId} = p.value->>0 AND ${choice.value} = p.value->>1)`;
  return [
    db
      .update(questions)
      .set({ answered: true })
      .where(and(eq(questions.companyId, companyId), eq(questions.answered, false), isQuestion)),
    db
      .update(questionOptions)
      .set({ answered: true })
      .where(and(eq(questionOptions.answered, false), isChosen)),
  ];
}

/** The options that were chosen, by question; none of one that has no options. */
type Chosen = Map<string, Set<string>>;

/** A function of its own, which V8 optimizes after some calls: the loop around it runs once a chunk. */
function addChosen(
  chosen: Chosen,
  answers: Record<string, Answer>,
  isChoice: (questionId: string) => boolean,
): void {
  for (const question in answers) {
    const answer = answers[question];
    let values = chosen.get(question);
    if (!values) {
      values = new Set();
      chosen.set(question, values);
    }
    if (!isChoice(question)) continue;
    if (Array.isArray(answer)) for (const value of answer) values.add(value);
    else if (typeof answer === "string") values.add(answer);
  }
}
