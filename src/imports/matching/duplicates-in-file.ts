import type { Candidate, MatchingRules } from "./decide-outcomes.ts";
import { KnownLeads, newLead } from "./known-leads.ts";

/**
 * Which records of a file are the same person as an earlier one, as far as these records tell by themselves: leads that
 * are there already are not asked for.
 *
 * @returns the number of the earlier record by that of the later one. None where duplicates become leads of their own,
 * nor where only leads that are there count.
 */
export function duplicatesInFile(
  candidates: readonly Candidate[],
  { onDuplicate, matchBy, createMissing }: Omit<MatchingRules, "rules">,
): Map<number, number> {
  const duplicates = new Map<number, number>();
  if (onDuplicate === "create" || !createMissing) return duplicates;
  const known = new KnownLeads([]);
  for (const { record, lead } of candidates) {
    const [first, second] = known.find(lead, matchBy).keys();
    if (first === undefined) known.add(newLead(lead, record));
    else if (second === undefined && first.record !== null) duplicates.set(record, first.record);
  }
  return duplicates;
}
