/**
 * Who is who, at its plainest: arrays, one record after the other. It shares nothing with the product.
 */

export type Key = "external_id" | "email" | "phone";
export type Rule = "overwrite" | "fill_empty" | "keep" | "append";

/** The columns of the generated files; `size` and `extras` are questions of the campaign. */
export const COLUMNS = [
  "email",
  "phone",
  "external_id",
  "first_name",
  "city",
  "stage",
  "notes",
  "source",
  "Color",
  "Shape",
  "size",
  "extras",
  "tags",
] as const;
export type Column = (typeof COLUMNS)[number];

/** What a record says: `null` for an empty cell. */
export type Cells = Record<Column, string | null>;
export const CLEAR = "[clear]";

export interface Options {
  onDuplicate: "skip" | "update" | "create";
  matchBy: Key[];
  createMissing: boolean;
  rules: Partial<Record<Column, Rule>>;
  /** For every record, in place of the column. */
  constants: Partial<Record<Column, string>>;
}

type Values = Record<Column, string | string[] | null>;

export interface ModelLead {
  /** Where it comes from: the import's number and the record's. */
  from: string;
  values: Values;
  copyOf: string | null;
  version: number;
  /** How often it came to be of another lead, as a copy: a chunk raises its version once for all that it makes so. */
  moves: number;
}

export interface ModelOutcome {
  created: number;
  updated: number;
  unchanged: number;
  duplicate: number;
  rejected: [record: number, code: string][];
  matches: [record: number, changed: boolean][];
}

const LISTS: Column[] = ["extras", "tags"];

/** Imports records into leads, which it changes. */
export function importInto(
  leads: ModelLead[],
  number: number,
  records: Cells[],
  options: Options,
): ModelOutcome {
  const outcome: ModelOutcome = {
    created: 0,
    updated: 0,
    unchanged: 0,
    duplicate: 0,
    rejected: [],
    matches: [],
  };
  const met = new Set<ModelLead>();
  const importRecord = (own: Cells, record: number) => {
    const cells = { ...own, ...options.constants } as Cells;
    const says = read(cells);
    const reject = (code: string) => outcome.rejected.push([record, code]);
    const keyed = options.matchBy.includes("external_id");
    if (says.email === null && says.phone === null && !(keyed && says.external_id !== null)) {
      return reject("missing_contact");
    }
    const canonical = leads.filter((lead) => lead.copyOf === null);
    const same = canonical.filter(({ values }) => options.matchBy.some((key) => isSame(key, says, values)));
    if (same.length > 1) return reject("ambiguous_match");
    const [lead] = same;
    const isTaken = (id: Values["external_id"], by: ModelLead | undefined) =>
      id !== null && canonical.some((other) => other !== by && other.values.external_id === id);
    const insert = (copyOf: string | null) => {
      const made = {
        from: `${number}:${record}`,
        values: { ...says, stage: says.stage ?? "new" },
        copyOf,
        version: 0,
        moves: 0,
      };
      leads.push(made);
      met.add(made);
      outcome.created++;
    };
    if (lead === undefined) {
      if (!options.createMissing) return reject("no_match");
      if (isTaken(says.external_id, undefined)) return reject("external_id_taken");
      return insert(null);
    }
    if (options.onDuplicate === "create") {
      if (isTaken(says.external_id, lead)) return reject("external_id_taken");
      return insert(lead.from);
    }
    if (options.onDuplicate === "skip" || met.has(lead)) return outcome.duplicate++;
    const after = Object.fromEntries(
      COLUMNS.map((column) => [
        column,
        updated(
          column,
          options.rules[column] ?? "overwrite",
          lead.values[column],
          says[column],
          cells[column],
        ),
      ]),
    ) as Values;
    if (after.external_id !== lead.values.external_id && isTaken(after.external_id, lead)) {
      return reject("external_id_taken");
    }
    if (after.email === null && after.phone === null && !(keyed && after.external_id !== null)) {
      return reject("missing_contact");
    }
    met.add(lead);
    const changed = JSON.stringify(after) !== JSON.stringify(lead.values);
    outcome.matches.push([record, changed]);
    if (!changed) return outcome.unchanged++;
    outcome.updated++;
    lead.version++;
    lead.values = after;
    relink(leads, lead);
  };
  for (const [index, own] of records.entries()) importRecord(own, index + 1);
  return outcome;
}

/** A lead of the model with the version that it has, where a chunk may have raised it once for several moves. */
export function asStored({ moves, version, ...lead }: ModelLead, stored: number): Omit<ModelLead, "moves"> {
  const least = version - Math.max(0, moves - 1);
  return { ...lead, version: Math.min(version, Math.max(least, stored)) };
}

/** Copies of a lead that is somebody else now go to the earliest lead of their person, or become it. */
function relink(leads: ModelLead[], { from, values }: ModelLead): void {
  const strays = leads.filter((copy) => copy.copyOf === from && !isPerson(copy.values, values));
  const canonicalOf = (copy: ModelLead) =>
    leads.find((lead) => lead.copyOf === null && isPerson(lead.values, copy.values));
  const move = (copy: ModelLead, to: string | null) => {
    copy.copyOf = to;
    copy.version++;
    copy.moves++;
  };
  const left = strays.filter((copy) => {
    const canonical = canonicalOf(copy);
    if (canonical) move(copy, canonical.from);
    return !canonical;
  });
  for (const copy of left) move(copy, canonicalOf(copy)?.from ?? null);
}

function isPerson(one: Values, other: Values): boolean {
  return (["email", "phone", "external_id"] as const).some((key) => isSame(key, one, other));
}

/** What the cells of a record say. */
function read(cells: Cells): Values {
  return Object.fromEntries(
    COLUMNS.map((column) => {
      const cell = cells[column];
      if (cell === null || cell === CLEAR) return [column, null];
      return [column, LISTS.includes(column) ? inOrder(column, cell.split(";")) : cell];
    }),
  ) as Values;
}

function isSame(key: Key, one: Values, other: Values): boolean {
  if (one[key] === null || one[key] !== other[key]) return false;
  return key !== "phone" || one.email === null || other.email === null;
}

function updated(
  column: Column,
  rule: Rule,
  before: string | string[] | null,
  value: string | string[] | null,
  cell: string | null,
): string | string[] | null {
  if (rule === "keep") return before;
  if (rule === "fill_empty") return before ?? value;
  if (cell === CLEAR) return column === "stage" ? "new" : null;
  if (value === null) return before;
  if (rule === "overwrite" || before === null) return value;
  if (Array.isArray(before)) {
    return inOrder(column, [...before, ...[value].flat().filter((one) => !before.includes(one))]);
  }
  const lines = before.split("\n");
  return lines.includes(String(value)) ? before : `${before}\n${value}`;
}

/** Tags have no order of their own. */
function inOrder(column: Column, values: string[]): string[] {
  return column === "tags" ? [...values].sort() : values;
}
