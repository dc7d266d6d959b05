import type { Identity } from "../../leads/duplicates/identity.ts";
import { MATCH_KEYS, type MatchKey } from "../../leads/duplicates/match-keys.ts";
import { KeyIndex } from "./key-index.ts";

/** A lead that records of a chunk may meet: one of the store, or one that the chunk itself creates. */
export interface KnownLead extends Identity {
  /** `null` until it is created. */
  id: number | null;
  /** The record that it was created from, where this very import did. */
  record: number | null;
  /** Whether an earlier record of this import has met it. */
  isMet: boolean;
  /** Whether copies point to it, where the import may change its keys. */
  hasCopies: boolean;
}

/**
 * A lead that the import itself makes, as later records may meet it.
 *
 * @param record the one that it is created from; `null` where it is from none.
 */
export function newLead({ email, phone, externalId }: Identity, record: number | null): KnownLead {
  return { id: null, record, email, phone, externalId, isMet: true, hasCopies: false };
}

/** How many leads of one key are looked up: a key of more leads identifies none of them. */
export const CROWD = 50;

/** The property of an identity that each key is. */
export const PROPERTY = {
  external_id: "externalId",
  email: "email",
  phone: "phone",
} as const satisfies Record<MatchKey, keyof Identity>;

const NOBODY: ReadonlyMap<KnownLead, MatchKey> = new Map();

/** The leads that the records of a chunk may meet, kept up to date record by record. */
export class KnownLeads {
  readonly #by: Record<MatchKey, KeyIndex<KnownLead>> = {
    external_id: new KeyIndex(PROPERTY.external_id),
    email: new KeyIndex(PROPERTY.email),
    phone: new KeyIndex(PROPERTY.phone),
  };
  /** Keys of more leads than were looked up. */
  readonly #crowded = new Set<string>();

  constructor(leads: readonly KnownLead[]) {
    for (const lead of leads) this.add(lead);
    for (const key of ["email", "phone"] as const) {
      for (const holders of this.#by[key].shared()) {
        const value = holders[0]?.[PROPERTY[key]];
        if (holders.length >= CROWD) this.#crowded.add(`${key} ${value}`);
        if (holders.filter(({ email }) => email === null).length >= CROWD) this.#crowded.add(`bare ${value}`);
      }
    }
  }

  add(lead: KnownLead): void {
    this.#by.email.add(lead);
    this.#by.phone.add(lead);
    this.#by.external_id.add(lead);
  }

  /** Changes the keys of a lead. */
  change(lead: KnownLead, identity: Identity): void {
    for (const key of MATCH_KEYS) this.#by[key].delete(lead);
    Object.assign(lead, identity);
    this.add(lead);
  }

  /**
   * The leads whose person a record is, by the key that leads to each: none, one, or several, and then nobody knows.
   */
  find(record: Identity, matchBy: readonly MatchKey[]): ReadonlyMap<KnownLead, MatchKey> {
    let matches: Map<KnownLead, MatchKey> | null = null;
    for (const key of matchBy) {
      const value = record[PROPERTY[key]];
      if (value === null) continue;
      for (const lead of this.#by[key].get(value)) {
        // Two people with different e-mails and one phone are two.
        const isOther = key === "phone" && record.email !== null && lead.email !== null;
        if (isOther) continue;
        matches ??= new Map();
        if (!matches.has(lead)) matches.set(lead, key);
      }
    }
    return matches ?? NOBODY;
  }

  /** Whether a key of the record is one of so many leads that not all of them are known here. */
  isCrowded(record: Identity, matchBy: readonly MatchKey[]): boolean {
    if (this.#crowded.size === 0) return false;
    return matchBy.some((key) => {
      const value = record[PROPERTY[key]];
      const kind = key === "phone" && record.email !== null ? "bare" : key;
      return value !== null && this.#crowded.has(`${kind} ${value}`);
    });
  }

  /** The lead that has an external id. */
  holderOf(externalId: string): KnownLead | undefined {
    return this.#by.external_id.get(externalId)[0];
  }
}
