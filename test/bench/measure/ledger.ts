import { importCountersOf, type Truth } from "../../fixtures/generate-leads.ts";
import type { ImportStatus } from "./api-client.ts";

const OUTCOMES = [
  "created_records",
  "updated_records",
  "unchanged_records",
  "duplicate_records",
  "failed_records",
] as const;
const GROWING = [...OUTCOMES, "processed_records", "warning_records", "progress"] as const;

/** What is wrong with an answer about an import, by itself and after the one before it; nothing in a good one. */
export function ledgerProblems(now: ImportStatus, before: ImportStatus): string[] {
  const problems: string[] = [];
  const sum = OUTCOMES.reduce((total, outcome) => total + now[outcome], 0);
  if (sum !== now.processed_records) {
    problems.push(`processed is ${now.processed_records}, but the outcomes add up to ${sum}`);
  }
  if (now.total_records !== null && now.processed_records > now.total_records) {
    problems.push(`processed ${now.processed_records} of ${now.total_records}`);
  }
  for (const counter of GROWING) {
    if (now[counter] < before[counter])
      problems.push(`${counter} fell from ${before[counter]} to ${now[counter]}`);
  }
  return problems;
}

/** Where the end of an import into an empty company differs from what the file's maker counted. */
export function truthProblems(end: ImportStatus, truth: Truth, dryRun = false): string[] {
  const completed = truth.failed > 0 ? "completed_with_errors" : "completed";
  const expected: Partial<ImportStatus> = {
    status_name: dryRun ? "validated" : completed,
    ...importCountersOf(truth),
    processed_records: truth.total,
  };
  return differences(end, expected);
}

/** Where the rows in the database differ from what the file's maker counted. */
export async function storedProblems(
  store: D1Database,
  importId: number,
  truth: Truth,
  dryRun = false,
): Promise<string[]> {
  const created = await store
    .prepare("SELECT count(*) AS n FROM leads WHERE import_id = ?")
    .bind(importId)
    .first<number>("n");
  const { results } = await store
    .prepare("SELECT code, count(*) AS n FROM import_rejections WHERE import_id = ? GROUP BY code")
    .bind(importId)
    .all<{ code: string; n: number }>();
  const rejected = Object.fromEntries(results.map(({ code, n }) => [code, n]));
  return differences(
    { leads: created, ...rejected },
    { leads: dryRun ? 0 : truth.created, ...truth.failedByCode },
  ).map((difference) => `in the database, ${difference}`);
}

function differences(actual: Record<string, unknown>, expected: Record<string, unknown>): string[] {
  const keys = Object.keys(expected).filter((key) => actual[key] !== expected[key]);
  return keys.map((key) => `${key} is ${actual[key]}, not ${expected[key]}`);
}
