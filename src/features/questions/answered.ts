import { type SQL, sql } from "drizzle-orm";
import { leads } from "../../db/leads/schema.ts";

/**
 * Whether some lead of a company answers a question, or chose one of its options: a condition, for statements that
 * keep what has answers and delete what has none.
 *
 * @param value the option's value; without one, any answer counts.
 */
export function isAnswered(companyId: SQL | number, questionId: SQL, value?: SQL): SQL {
  // A lead keeps its first campaign and may answer the questions of another, so the company's leads are looked at.
  // D1 binds numbers as floating point, whose text would be `16.0`.
  return sql`EXISTS (
    SELECT 1 FROM ${leads} l, json_each(l.answers, '$."' || CAST(${questionId} AS INTEGER) || '"') a
    WHERE l.company_id = ${companyId} ${value ? sql`AND a.value = ${value}` : sql``})`;
}
