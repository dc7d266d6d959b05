import { sql } from "drizzle-orm";
import type { Outcomes } from "../../db/leads/tables/imports.ts";
import { STATUS } from "../status.ts";

const OUTCOMES = [
  "created_records",
  "updated_records",
  "unchanged_records",
  "duplicate_records",
  "failed_records",
] as const satisfies (keyof Outcomes)[];

/** The outcomes of an import as it stands, as JSON in SQL: what a dry run announces. */
export const ANNOUNCED = sql.raw(`json_object(${OUTCOMES.map((name) => `'${name}', ${name}`).join(", ")})`);

/**
 * How an import came out otherwise than its dry run had announced.
 *
 * @returns what there is more of each outcome, or less; `null` where nothing differs, as long as it has not ended, and
 * for one that was no dry run.
 */
export function driftOf(
  announced: Outcomes | null,
  outcomes: Outcomes,
  status: number,
): Partial<Outcomes> | null {
  if (announced === null || status <= STATUS.processing) return null;
  const drift: Partial<Outcomes> = {};
  for (const name of OUTCOMES) {
    const difference = outcomes[name] - announced[name];
    if (difference !== 0) drift[name] = difference;
  }
  return Object.keys(drift).length > 0 ? drift : null;
}
