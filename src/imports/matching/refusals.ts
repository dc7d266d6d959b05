import type { Identity } from "../../leads/duplicates/identity.ts";
import type { MatchKey } from "../../leads/duplicates/match-keys.ts";
import { shorten } from "../../leads/normalize/shorten.ts";
import type { KnownLead, KnownLeads } from "./known-leads.ts";
import type { Refusal } from "./refusal.ts";

/** How many leads a reason names. */
const NAMED = 5;

const NAMES: Record<MatchKey, string> = { external_id: "external id", email: "e-mail", phone: "phone" };

/** The reason for a record that matches more than one lead. */
export function ambiguousMatch(
  matches: ReadonlyMap<KnownLead, MatchKey>,
  matchBy: readonly MatchKey[],
): Refusal {
  const said = matchBy.flatMap((key) => {
    const leads = [...matches].flatMap(([lead, by]) => (by === key ? [lead] : []));
    return leads.length === 0 ? [] : [`its ${NAMES[key]} is that of ${listed(leads)}`];
  });
  return {
    code: "ambiguous_match",
    reason: `The record matches more than one lead: ${said.join(", ")}. Merge these leads, or correct the record, and send it again.`,
  };
}

/** The reason for a record that matches no lead where only existing leads are updated. */
export function noMatch(matchBy: readonly MatchKey[]): Refusal {
  const names = matchBy.map((key) => NAMES[key]);
  return {
    code: "no_match",
    reason: `No lead has its ${names.join(" or its ")}, and the import creates none. Correct the record, or send it again with create_missing=true.`,
  };
}

/** The reason for a record that would set the external id of another lead. */
export function externalIdTaken(known: KnownLeads, { externalId }: Identity): Refusal {
  const holder = externalId === null ? undefined : known.holderOf(externalId);
  return {
    code: "external_id_taken",
    reason: `The external id “${shorten(externalId ?? "")}” is that of ${holder ? nameOf(holder) : "another lead"}, and no two leads of a company have the same. Correct it, or leave its column out in the mapping.`,
  };
}

/** The reason for a record that would clear the only contact of its lead. */
export function noContactLeft(matchBy: readonly MatchKey[]): Refusal {
  const needed = matchBy.includes("external_id")
    ? "an e-mail, a phone or an external id"
    : "an e-mail or a phone";
  return {
    code: "missing_contact",
    reason: `The record clears all that its lead is reached by: a lead needs ${needed}. Fill one of them in.`,
  };
}

function listed(leads: readonly KnownLead[]): string {
  const names = leads.toSorted(inOrder).slice(0, NAMED).map(nameOf);
  if (leads.length > NAMED) return `${names.join(", ")} and others`;
  const last = names.pop() ?? "";
  return names.length > 0 ? `${names.join(", ")} and ${last}` : last;
}

/** Those that were there before the file first, whatever of them the chunk has changed. */
function inOrder(a: KnownLead, b: KnownLead): number {
  return (a.record ?? 0) - (b.record ?? 0) || (a.id ?? 0) - (b.id ?? 0);
}

/** A lead that the file itself created is named by its record, in this chunk or an earlier one. */
function nameOf({ id, record }: KnownLead): string {
  return record === null ? `lead ${id}` : `the lead of record ${record}`;
}
