import type { Identity } from "../../leads/duplicates/identity.ts";
import { MATCH_KEYS, type MatchKey } from "../../leads/duplicates/match-keys.ts";
import type { LeadRecord } from "../../leads/lead-record.ts";
import type { ColumnRules } from "./column-rules.ts";
import { type KnownLead, KnownLeads, newLead, PROPERTY } from "./known-leads.ts";
import type { Refusal } from "./refusal.ts";
import { ambiguousMatch, externalIdTaken, noContactLeft, noMatch } from "./refusals.ts";

/** How an import treats a record that matches a lead, and one that matches none. */
export interface MatchingRules {
  onDuplicate: "skip" | "update" | "create";
  matchBy: readonly MatchKey[];
  createMissing: boolean;
  rules: ColumnRules;
}

/** A record that can be a lead, with its number in the file and its cells as they stand there. */
export interface Candidate {
  record: number;
  lead: LeadRecord;
  cells: string[];
}

/** The outcomes of the records of a chunk; records in none of the other lists are duplicates. */
export interface Decisions {
  created: Candidate[];
  /** New leads that are copies of a lead which is the same person. */
  copies: { candidate: Candidate; of: KnownLead }[];
  /**
   * Records that match a lead from before the import, each a different one, with the keys that it has after it, and
   * whether these are others than before.
   */
  met: { candidate: Candidate; leadId: number; identity: Identity; isRekeyed: boolean }[];
  /** Records that would update a lead which an earlier one of the import has met: they are duplicates. */
  repeated: { candidate: Candidate; leadId: number }[];
  rejected: { record: number; rejection: Refusal; cells: string[] }[];
  /** Leads whose external id becomes another: a second one may get it in the same statement. */
  movedIds: number[];
  /** Leads with copies whose keys become others, with these keys: some copies may be of another person then. */
  rekeyed: { leadId: number; record: number; identity: Identity }[];
}

/** Why a lead refuses what a record would append to it. */
export interface RefusedUpdate {
  field: "notes" | "tags";
  rejection: Refusal;
}

/** Updates that are refused: of records by their numbers, and of a lead by its id all that append to the same field. */
export interface RefusedUpdates {
  records: Map<number, RefusedUpdate>;
  leads: Map<number, RefusedUpdate>;
}

/**
 * Asked once for each record that would become a lead or change one, in the order of the file: why the company has no
 * place for what it brings, or `null` where it has, which is used up with that.
 */
export type Admit = (candidate: Candidate, isNew: boolean) => Refusal | null;

/**
 * Decides what becomes of the records of a chunk, one after another: each sees the leads as the ones before it left
 * them, wherever a chunk begins. Of the records of one person the first wins.
 *
 * @param leads what the records may meet, as it was looked up.
 * @param admit says what a limit of the company leaves out; `null` where none is near.
 */
export function decideOutcomes(
  candidates: readonly Candidate[],
  leads: readonly KnownLead[],
  matching: MatchingRules,
  refused: RefusedUpdates | null = null,
  admit: Admit | null = null,
): Decisions {
  const known = new KnownLeads(leads);
  const decisions: Decisions = {
    created: [],
    copies: [],
    met: [],
    repeated: [],
    rejected: [],
    movedIds: [],
    rekeyed: [],
  };
  for (const candidate of candidates) decide(candidate, known, matching, decisions, refused, admit);
  return decisions;
}

function decide(
  candidate: Candidate,
  known: KnownLeads,
  matching: MatchingRules,
  decisions: Decisions,
  refused: RefusedUpdates | null,
  admit: Admit | null,
): void {
  const { lead: record } = candidate;
  const { onDuplicate, matchBy, createMissing } = matching;
  const matches = known.find(record, matchBy);
  if (matches.size > 1 || known.isCrowded(record, matchBy)) {
    reject(candidate, ambiguousMatch(matches, matchBy), decisions);
    return;
  }
  const first = matches.size === 0 ? undefined : matches.keys().next().value;
  if (first === undefined) {
    if (!createMissing) reject(candidate, noMatch(matchBy), decisions);
    else if (isTaken(known, record.externalId, null))
      reject(candidate, externalIdTaken(known, record), decisions);
    else if (isAdmitted(admit, candidate, true, decisions)) {
      known.add(newLead(record, candidate.record));
      decisions.created.push(candidate);
    }
    return;
  }
  if (onDuplicate === "create") {
    if (isTaken(known, record.externalId, first))
      reject(candidate, externalIdTaken(known, record), decisions);
    else if (isAdmitted(admit, candidate, true, decisions)) {
      decisions.copies.push({ candidate, of: first });
    }
    return;
  }
  if (onDuplicate === "skip" || first.id === null) return;
  if (first.isMet) {
    decisions.repeated.push({ candidate, leadId: first.id });
    return;
  }
  const refusal = refused?.records.get(candidate.record) ?? refused?.leads.get(first.id);
  if (refusal && record[refusal.field] !== null) {
    reject(candidate, refusal.rejection, decisions);
    return;
  }
  const after = identityAfter(first, record, matching.rules);
  if (after.externalId !== first.externalId && isTaken(known, after.externalId, first)) {
    reject(candidate, externalIdTaken(known, record), decisions);
  } else if (hasNoContact(after, matchBy)) {
    reject(candidate, noContactLeft(matchBy), decisions);
  } else if (isAdmitted(admit, candidate, false, decisions)) {
    if (first.externalId !== null && after.externalId !== first.externalId) decisions.movedIds.push(first.id);
    const isRekeyed = MATCH_KEYS.some((key) => after[PROPERTY[key]] !== first[PROPERTY[key]]);
    if (isRekeyed && first.hasCopies) {
      decisions.rekeyed.push({ leadId: first.id, record: candidate.record, identity: after });
    }
    if (isRekeyed) known.change(first, after);
    first.isMet = true;
    decisions.met.push({ candidate, leadId: first.id, identity: after, isRekeyed });
  }
}

/** Whether the limits of the company admit a record, which is rejected where they do not. */
function isAdmitted(
  admit: Admit | null,
  candidate: Candidate,
  isNew: boolean,
  decisions: Decisions,
): boolean {
  const rejection = admit === null ? null : admit(candidate, isNew);
  if (rejection === null) return true;
  reject(candidate, rejection, decisions);
  return false;
}

function reject({ record, cells }: Candidate, rejection: Refusal, { rejected }: Decisions): void {
  rejected.push({ record, rejection, cells });
}

/** Whether an external id is that of another lead. */
function isTaken(known: KnownLeads, externalId: string | null, lead: KnownLead | null): boolean {
  const holder = externalId === null ? undefined : known.holderOf(externalId);
  return holder !== undefined && holder !== lead;
}

/** The keys of a lead once a record has updated it. */
function identityAfter(lead: Identity, record: LeadRecord, { fields }: ColumnRules): Identity {
  const after = (key: MatchKey): string | null => {
    const [before, value] = [lead[PROPERTY[key]], record[PROPERTY[key]]];
    switch (fields.get(key) ?? "overwrite") {
      case "keep":
        return before;
      case "fill_empty":
        return before ?? value;
      default:
        return value ?? (record.clears?.fields.includes(key) ? null : before);
    }
  };
  return { email: after("email"), phone: after("phone"), externalId: after("external_id") };
}

function hasNoContact({ email, phone, externalId }: Identity, matchBy: readonly MatchKey[]): boolean {
  return email === null && phone === null && !(externalId !== null && matchBy.includes("external_id"));
}
