import { createHmac } from "node:crypto";
import type { Identity } from "../../leads/duplicates/identity.ts";
import { sipHash } from "./siphash.ts";

/** The keys of a lead as a plan has them. */
export interface HashedIdentity {
  email: number | null;
  phone: number | null;
  externalId: number | null;
}

/** So many keys are those of some chunks: half a megabyte. */
const MOST_RECENT = 8_192;

/**
 * Hashes the keys of leads for the plan of a dry run: none of them is in the database in a form that tells anybody, so
 * that nothing has to be erased there. Two of a million keys are taken for one about once in 20,000 files: the plan of
 * that file tells of one duplicate too many.
 */
export class PlannedKeys {
  readonly #key: Uint32Array;
  readonly #hashed = new WeakMap<Identity, HashedIdentity>();
  /** The keys of the last chunks: they are looked up by their hashes, then planned by them. */
  readonly #recent = new Map<string, number>();

  /** @param secret of the installation, never in a database: each import has a key of its own by it. */
  constructor(secret: string, importCode: string) {
    const bytes = createHmac("sha256", secret).update(`dry run of ${importCode}`).digest();
    this.#key = Uint32Array.from({ length: 4 }, (_, word) => bytes.readUInt32LE(word * 4));
  }

  hash(key: string): number {
    const known = this.#recent.get(key);
    if (known !== undefined) return known;
    if (this.#recent.size >= MOST_RECENT) this.#recent.clear();
    const hash = sipHash(this.#key, key);
    this.#recent.set(key, hash);
    return hash;
  }

  /** The keys of a record or a lead; of each object they are hashed once. */
  hashed(identity: Identity): HashedIdentity {
    const known = this.#hashed.get(identity);
    if (known) return known;
    const { email, phone, externalId } = identity;
    const of = (key: string | null) => (key === null ? null : this.hash(key));
    const hashed = { email: of(email), phone: of(phone), externalId: of(externalId) };
    this.#hashed.set(identity, hashed);
    return hashed;
  }
}
