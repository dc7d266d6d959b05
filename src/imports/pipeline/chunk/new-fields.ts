import { openLeads } from "../../../db/clients.ts";
import { namesOfFields } from "../../../leads/custom-fields/queries.ts";
import { MAX_COMPANY_FIELDS } from "../../../leads/custom-fields/register.ts";
import type { LeadRecord } from "../../../leads/lead-record.ts";
import { shorten } from "../../../leads/normalize/shorten.ts";
import type { Candidate, Decisions } from "../../matching/decide-outcomes.ts";

/**
 * The custom fields that a slice of an import has met. Each name is registered with the first chunk that writes it: a
 * chunk without new ones has nothing to do for it.
 */
export class NewFields {
  /** Every name that a record of the slice has brought; cleaning fills it. */
  readonly met = new Set<string>();
  #registered = new Set<string>();
  /** How many more the company may have; `null` until a chunk has met the limit. */
  #left: number | null = null;

  /** The names that leads bring and that are not registered by this slice. */
  namesOf(leads: readonly LeadRecord[]): string[] {
    const open = new Set([...this.met].filter((name) => !this.#registered.has(name)));
    if (open.size === 0) return [];
    const names = new Set<string>();
    for (const { customFields } of leads) {
      for (const name in customFields) if (open.has(name)) names.add(name);
      if (names.size === open.size) break;
    }
    return [...names];
  }

  /** Notes names that were registered in a transaction which is done. */
  confirm(names: readonly string[]): void {
    for (const name of names) this.#registered.add(name);
    if (this.#left !== null) this.#left -= names.length;
  }

  /** Reads how many fields the company has, once a chunk has met the limit. */
  async meetLimit(db: D1Database, companyId: number): Promise<void> {
    const names = await namesOfFields({ db: openLeads(db) }, companyId);
    this.#registered = new Set(names);
    this.#left = Math.max(0, MAX_COMPANY_FIELDS - names.length);
  }

  /** Parts records whose fields the company can have from those that bring one too many, in the order of the file. */
  admit(candidates: Candidate[]): { admitted: Candidate[]; refused: Decisions["rejected"] } {
    if (this.#left === null) return { admitted: candidates, refused: [] };
    const taken = new Set<string>();
    const admitted: Candidate[] = [];
    const refused: Decisions["rejected"] = [];
    for (const candidate of candidates) {
      const { record, lead, cells } = candidate;
      const added = Object.keys(lead.customFields ?? {}).filter(
        (name) => !this.#registered.has(name) && !taken.has(name),
      );
      if (taken.size + added.length > this.#left) {
        refused.push({ record, rejection: tooMany(added[0] ?? ""), cells });
      } else {
        for (const name of added) taken.add(name);
        admitted.push(candidate);
      }
    }
    return { admitted, refused };
  }
}

function tooMany(name: string) {
  return {
    code: "too_many_custom_fields",
    reason:
      `“${shorten(name)}” would be one custom field more than the ${MAX_COMPANY_FIELDS} that a company may have. ` +
      "Leave its column out in the mapping, or map it to a field that there is, and send the record again.",
  };
}
