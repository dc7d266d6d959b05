import type { Identity } from "../../leads/duplicates/identity.ts";

const NOBODY: readonly never[] = [];

/**
 * Leads by one of their keys. It hashes the keys itself: V8 interns every string that a `Map` is asked for, which
 * takes several times as long, and most keys of a file are asked for once.
 */
export class KeyIndex<Lead extends Identity> {
  readonly #property: keyof Identity;
  /** Leads by the hash of their key: several where they share it, or where two keys have one hash. */
  readonly #buckets = new Map<number, Lead | Lead[]>();

  /** A key that is looked for is often added next: to read all its characters again costs most. */
  #lastValue = "";
  #lastHash = 0;

  constructor(property: keyof Identity) {
    this.#property = property;
  }

  /** The leads that have the key, in the order in which they were added. */
  get(value: string): readonly Lead[] {
    const bucket = this.#buckets.get(this.#hash(value));
    if (bucket === undefined) return NOBODY;
    if (!Array.isArray(bucket)) return bucket[this.#property] === value ? [bucket] : NOBODY;
    return bucket.filter((lead) => lead[this.#property] === value);
  }

  /** Adds a lead by the key that it has now, if it has one. */
  add(lead: Lead): void {
    const value = lead[this.#property];
    if (value === null) return;
    const at = this.#hash(value);
    const bucket = this.#buckets.get(at);
    this.#buckets.set(at, bucket === undefined ? lead : [...listOf(bucket), lead]);
  }

  /** Removes a lead that still has the key by which it was added. */
  delete(lead: Lead): void {
    const value = lead[this.#property];
    if (value === null) return;
    const at = this.#hash(value);
    const others = listOf(this.#buckets.get(at) ?? []).filter((one) => one !== lead);
    if (others.length > 0) this.#buckets.set(at, others);
    else this.#buckets.delete(at);
  }

  /** The leads of each key that several have. */
  *shared(): Iterable<readonly Lead[]> {
    for (const bucket of this.#buckets.values()) {
      if (!Array.isArray(bucket)) continue;
      const values = new Set(bucket.map((lead) => lead[this.#property]));
      for (const value of values) yield bucket.filter((lead) => lead[this.#property] === value);
    }
  }

  /** A hash of 30 bits, so that it is a small integer to V8. */
  #hash(value: string): number {
    if (value === this.#lastValue) return this.#lastHash;
    let sum = 0;
    for (let at = 0; at < value.length; at++) sum = (Math.imul(sum, 31) + value.charCodeAt(at)) | 0;
    this.#lastValue = value;
    this.#lastHash = sum & 0x3fffffff;
    return this.#lastHash;
  }
}

function listOf<Lead>(bucket: Lead | Lead[]): Lead[] {
  return Array.isArray(bucket) ? bucket : [bucket];
}
