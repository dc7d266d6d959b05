/**
 * Leads, their copies and what becomes of these, at its plainest: an array, one change after the other. It shares
 * nothing with the product.
 */

export const KEYS = ["email", "phone", "external_id"] as const;
export type Keys = Record<(typeof KEYS)[number], string | null>;

export interface ModelLead extends Keys {
  id: number;
  /** The lead that it is a copy of. */
  first: number | null;
  isDeleted: boolean;
}

export type Mode = "skip" | "update" | "create";

/** Leads that an import creates come after all others until they have their ids. */
let nextId = 1e15;

export class ModelLeads {
  leads: ModelLead[] = [];

  get(id: number): ModelLead {
    const lead = this.leads.find((one) => one.id === id);
    if (!lead) throw new Error(`no lead ${id}`);
    return lead;
  }

  /** The earliest canonical lead that is somebody. */
  canonicalOf(keys: Keys, except: number | null): ModelLead | undefined {
    return this.leads
      .filter((lead) => isCanonical(lead) && lead.id !== except && isSame(lead, keys))
      .sort((a, b) => a.id - b.id)[0];
  }

  /** Whether a lead may be created with these keys. */
  mayCreate(keys: Keys): boolean {
    return this.canonicalOf(keys, null) === undefined;
  }

  add(id: number, keys: Keys, first: number | null = null): ModelLead {
    const lead = { id, ...keys, first, isDeleted: false };
    this.leads.push(lead);
    return lead;
  }

  /** @returns whether it may have these keys. */
  update(lead: ModelLead, keys: Keys): boolean {
    if (KEYS.every((key) => lead[key] === keys[key])) return true;
    const stays = lead.first !== null && isSame(this.get(lead.first), keys);
    if (!stays && this.canonicalOf(keys, lead.id)) return false;
    Object.assign(lead, keys);
    if (!stays) lead.first = null;
    this.relink([lead.id]);
    return true;
  }

  delete(lead: ModelLead): void {
    lead.isDeleted = true;
    this.relink([lead.id]);
  }

  /** @returns whether it may come back. */
  restore(lead: ModelLead): boolean {
    const canonical = this.canonicalOf(lead, lead.id);
    if (lead.first === null && canonical) return false;
    lead.isDeleted = false;
    if (lead.first !== null) lead.first = canonical?.id ?? null;
    return true;
  }

  merge(kept: ModelLead, others: ModelLead[]): void {
    for (const lead of others) lead.isDeleted = true;
    for (const key of KEYS) kept[key] = [kept, ...others].find((lead) => lead[key] !== null)?.[key] ?? null;
    kept.first = this.canonicalOf(kept, kept.id)?.id ?? null;
    this.relink([kept.id, ...others.map(({ id }) => id)]);
    for (const lead of others) lead.first = kept.id;
  }

  /** With those that were merged into it, and the deleted leads of the same person with theirs. */
  erase(lead: ModelLead): void {
    const withPointing = (going: ModelLead[]) =>
      this.leads.filter(
        (one) => going.includes(one) || (one.isDeleted && going.some(({ id }) => id === one.first)),
      );
    const merged = withPointing([lead]);
    const same = this.leads.filter(
      (one) => merged.includes(one) || (one.isDeleted && merged.some((other) => isSame(one, other))),
    );
    const going = withPointing(same);
    for (const one of going) one.isDeleted = true;
    this.relink(going.map(({ id }) => id));
    this.leads = this.leads.filter((one) => !going.includes(one));
    for (const one of this.leads) if (going.some(({ id }) => id === one.first)) one.first = null;
  }

  /** @returns the leads that it creates, by the numbers of their records. */
  import(records: Keys[], mode: Mode): Map<number, ModelLead> {
    const created = new Map<number, ModelLead>();
    const met = new Set<ModelLead>();
    for (const [index, record] of records.entries()) {
      const matches = this.leads.filter((lead) => isCanonical(lead) && isSame(lead, record));
      const [lead] = matches;
      if (matches.length > 1) continue;
      if (lead === undefined || mode === "create") {
        const made = this.add(nextId++, record, lead?.id ?? null);
        created.set(index + 1, made);
        met.add(made);
      } else if (mode === "update" && !met.has(lead)) {
        met.add(lead);
        const changed = KEYS.filter((key) => record[key] !== null && record[key] !== lead[key]);
        for (const key of changed) lead[key] = record[key];
        if (changed.length > 0) this.relink([lead.id]);
      }
    }
    return created;
  }

  /** Copies of leads that are gone or others now go to the earliest lead of their person, or become it. */
  private relink(ids: number[]): void {
    const strays = this.leads
      .filter(({ first }) => first !== null && ids.includes(first))
      .filter((lead) => !this.isLinked(lead))
      .sort((a, b) => a.id - b.id);
    const left = strays.filter((lead) => {
      const canonical = this.canonicalOf(lead, lead.id);
      if (canonical) lead.first = canonical.id;
      return !canonical;
    });
    for (const lead of left) {
      if (!lead.isDeleted) lead.first = this.canonicalOf(lead, lead.id)?.id ?? null;
    }
    for (const lead of left) {
      if (lead.isDeleted) lead.first = this.canonicalOf(lead, lead.id)?.id ?? lead.first;
    }
  }

  private isLinked(lead: ModelLead): boolean {
    const first = this.leads.find(({ id }) => id === lead.first);
    return first !== undefined && isCanonical(first) && isSame(first, lead);
  }
}

function isCanonical({ first, isDeleted }: ModelLead): boolean {
  return first === null && !isDeleted;
}

function isSame(one: Keys, other: Keys): boolean {
  const equal = (key: keyof Keys) => one[key] !== null && one[key] === other[key];
  if (equal("email") || equal("external_id")) return true;
  return equal("phone") && (one.email === null || other.email === null);
}
