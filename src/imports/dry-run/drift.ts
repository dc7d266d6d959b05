import { sql } from "drizzle-orm";
import type { Announced } from "../../db/leads/tables/imports.ts";
import { STATUS } from "../state/status.ts";

const OUTCOMES = [
  "created_records",
  "updated_records",
  "unchanged_records",
  "duplicate_records",
  "failed_records",
  "warning_records",
] as const satisfies (keyof Announced)[];

/**
 * The outcomes of an import as it stands, as JSON in SQL: what a dry run announces. With them is kept how many events
 * it has told at most, so that the numbers of those to come are higher: its start, its end, that it is there, and each
 * second in which it wrote.
 */
export const ANNOUNCED = sql.raw(`json_object(${OUTCOMES.map((name) => `'${name}', ${name}`).join(", ")},
  'events', 3 + (SELECT count(DISTINCT c.written_at / 1000) FROM import_chunks c WHERE c.import_id = imports.id))`);

/** What a dry run announced, as it is shown. */
export function viewAnnounced(announced: Announced | null): Omit<Announced, "events"> | null {
  if (announced === null) return null;
  const { events: _, ...outcomes } = announced;
  return outcomes;
}

/**
 * How an import came out otherwise than its dry run had announced.
 *
 * @returns what there is more of each outcome, or less; `null` where nothing differs, as long as it has not ended, and
 * for one that was no dry run.
 */
export function driftOf(
  announced: Announced | null,
  outcomes: Omit<Announced, "events">,
  status: number,
): Partial<Omit<Announced, "events">> | null {
  if (announced === null || status <= STATUS.processing) return null;
  const drift: Partial<Omit<Announced, "events">> = {};
  for (const name of OUTCOMES) {
    // An earlier version kept no warnings.
    const difference = outcomes[name] - (announced[name] ?? outcomes[name]);
    if (difference !== 0) drift[name] = difference;
  }
  return Object.keys(drift).length > 0 ? drift : null;
}
