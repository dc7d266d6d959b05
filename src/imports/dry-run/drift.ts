import { sql } from "drizzle-orm";
import type { Announced } from "../../db/leads/tables/imports.ts";

const OUTCOMES = [
  "created_records",
  "updated_records",
  "unchanged_records",
  "duplicate_records",
  "failed_records",
  "warning_records",
] as const satisfies (keyof Announced)[];

/** The outcomes of an import as it stands, as JSON in SQL: what a dry run announces. */
export const ANNOUNCED = sql.raw(`json_object(${OUTCOMES.map((name) => `'${name}', ${name}`).join(", ")})`);

/** What a dry run announced, as it is shown. */
export function viewAnnounced(announced: Announced | null): Omit<Announced, "events"> | null {
  if (announced === null) return null;
  const { events: _, ...outcomes } = announced;
  return outcomes;
}

/** What there is more of each outcome, or less, and how many records have another one: they may make up for each other. */
type Drift = Partial<Omit<Announced, "events">> & { differing_records?: number };

/**
 * How an import came out otherwise than its dry run had announced.
 *
 * @param differing how many records have another outcome; `null` where that is not known, as of an earlier version.
 * @param isWhole whether every record has its outcome: of one that runs, or has stopped on its way, nobody can tell.
 * @returns what there is more of each outcome, or less; `null` where nothing differs, and for one that was no dry run.
 */
export function driftOf(
  announced: Announced | null,
  outcomes: Omit<Announced, "events">,
  differing: number | null,
  isWhole: boolean,
): Drift | null {
  if (announced === null || !isWhole) return null;
  const drift: Drift = {};
  for (const name of OUTCOMES) {
    // An earlier version kept no warnings.
    const difference = outcomes[name] - (announced[name] ?? outcomes[name]);
    if (difference !== 0) drift[name] = difference;
  }
  if (differing) drift.differing_records = differing;
  return Object.keys(drift).length > 0 ? drift : null;
}
