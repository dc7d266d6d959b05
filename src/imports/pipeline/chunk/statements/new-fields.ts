import { openLeads } from "../../../../db/clients.ts";
import { namesOfFields } from "../../../../leads/custom-fields/queries.ts";
import { MAX_COMPANY_FIELDS } from "../../../../leads/custom-fields/register.ts";
import type { Column } from "../../../columns/column.ts";
import { listNames } from "../../../columns/column-names.ts";
import type { ColumnRules } from "../../../matching/column-rules.ts";
import type { Admit, Candidate, Decisions } from "../../../matching/decide-outcomes.ts";
import type { Refusal } from "../../../matching/refusal.ts";

/**
 * The custom fields that a slice of an import has met. Each name is registered with the first chunk that writes it: a
 * chunk without new ones has nothing to do for it.
 */
export class NewFields {
  /** Every name that a record of the slice has brought; cleaning fills it. */
  readonly met = new Set<string>();
  #registered = new Set<string>();
  readonly #dryRunId: number | null;
  /** How many more the company may have; `null` until a chunk has met the limit. */
  #left: number | null = null;
  readonly #columns: readonly Column[];

  /**
   * @param dryRunId of a dry run, which registers nothing and keeps the names in its row.
   * @param columns those of the file, by which a rejection says where the field that is too many stands.
   */
  constructor(dryRunId: number | null, columns: readonly Column[] = []) {
    this.#dryRunId = dryRunId;
    this.#columns = columns;
  }

  /** The names that are written by the records of a chunk and that are not registered by this slice. */
  namesOf({ created, copies, met }: Decisions, { customFields: rules }: ColumnRules): string[] {
    const open = new Set([...this.met].filter((name) => !this.#registered.has(name)));
    if (open.size === 0) return [];
    const names = new Set<string>();
    const add = ({ lead: { customFields } }: Candidate, isNew: boolean) => {
      for (const name in customFields) if (open.has(name) && isWritten(name, isNew, rules)) names.add(name);
    };
    for (const candidate of created) add(candidate, true);
    for (const { candidate } of copies) add(candidate, true);
    for (const { candidate } of met) add(candidate, false);
    return [...names];
  }

  /** Notes names that were registered in a transaction which is done. */
  confirm(names: readonly string[]): void {
    for (const name of names) this.#registered.add(name);
    if (this.#left !== null) this.#left -= names.length;
  }

  /** Reads how many fields the company has, once a chunk has met the limit. */
  async meetLimit(db: D1Database, companyId: number): Promise<void> {
    const [names, planned] = await Promise.all([
      namesOfFields({ db: openLeads(db) }, companyId),
      this.#dryRunId === null ? [] : namesPlanned(db, this.#dryRunId),
    ]);
    this.#registered = new Set([...names, ...planned]);
    this.#left = Math.max(0, MAX_COMPANY_FIELDS - this.#registered.size);
  }

  /**
   * Says of the records of a chunk which of them bring a field more than the company may have. Each one that is
   * admitted has claimed its names.
   *
   * @returns `null` as long as no chunk has met the limit.
   */
  admission({ customFields: rules }: ColumnRules): Admit | null {
    const [left, registered] = [this.#left, this.#registered];
    if (left === null) return null;
    const claimed = new Set<string>();
    return ({ lead }, isNew) => {
      const added = Object.keys(lead.customFields ?? {}).filter(
        (name) => !registered.has(name) && !claimed.has(name) && isWritten(name, isNew, rules),
      );
      if (claimed.size + added.length > left) return this.#tooMany(added);
      for (const name of added) claimed.add(name);
      return null;
    };
  }

  #tooMany(names: readonly string[]): Refusal {
    const cell = this.#columns.findIndex((column) => column.kind === "custom" && names.includes(column.name));
    const limit = `the ${MAX_COMPANY_FIELDS} that a company may have`;
    return {
      code: "too_many_custom_fields",
      reason:
        names.length === 1
          ? `${listNames(names)} would be one custom field more than ${limit}. Leave its column out in the mapping, or ` +
            "map it to a field that there is, and send the record again."
          : `With ${listNames(names)} there would be more custom fields than ${limit}. Leave their columns out in the ` +
            "mapping, or map them to fields that there are, and send the record again.",
      ...(cell >= 0 && { cell }),
    };
  }
}

async function namesPlanned(db: D1Database, importId: number): Promise<string[]> {
  const { results } = await db
    .prepare("SELECT f.value AS name FROM imports i, json_each(i.planned_fields) f WHERE i.id = ?")
    .bind(importId)
    .all<{ name: string }>();
  return results.map(({ name }) => name);
}

/** Whether a record writes a custom field that it brings: the rule `keep` leaves those of existing leads alone. */
function isWritten(name: string, isNew: boolean, rules: ColumnRules["customFields"]): boolean {
  return isNew || rules.get(name) !== "keep";
}
