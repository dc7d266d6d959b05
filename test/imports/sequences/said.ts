import type { Mapping } from "../../../src/imports/columns/mapping.ts";
import { below, pick, type Random } from "../../fixtures/random.ts";
import { type Cells, CLEAR, COLUMNS, type Column, type Key, type Options } from "../matching/model.ts";

/** Few people, so that they meet: in a file, in the company, and after somebody has changed them. */
const SAID: Partial<Record<Column, readonly [string, ...string[]]>> = {
  email: ["a@leads.test", "b@leads.test", "c@leads.test", "d@leads.test", "e@leads.test"],
  phone: ["+525512345601", "+525512345602", "+525512345603"],
  external_id: ["x-1", "x-2", "x-3"],
  first_name: ["Ana", "Bo"],
  stage: ["won", "contacted"],
  notes: ["Call", "Write"],
  tags: ["vip", "fair;vip"],
  Color: ["red", "blue"],
  Shape: ["round"],
};
export const EMAILS = SAID.email ?? ["a@leads.test"];

const NAMES = Object.keys(SAID) as Column[];

/** A file, and how it is imported. */
export interface Said {
  records: Cells[];
  options: Options;
  content: string;
  mapping: Mapping | null;
}

const MATCH_BY: readonly [Key[], ...Key[][]] = [
  ["email", "phone"],
  ["email", "phone"],
  ["external_id"],
  ["external_id", "email", "phone"],
];

export function saidOf(random: Random): Said {
  const cellOf = (column: Column) => {
    const values = SAID[column];
    if (!values || random() >= (column === "email" ? 0.8 : 0.5)) return null;
    return random() < 0.08 ? CLEAR : pick(random, values);
  };
  const records = Array.from(
    { length: 2 + below(random, 11) },
    () => Object.fromEntries(COLUMNS.map((column) => [column, cellOf(column)])) as Cells,
  ).filter((cells) => NAMES.some((name) => cells[name] !== null));
  const rules: Options["rules"] = {};
  if (random() < 0.3) rules.notes = pick(random, ["append", "fill_empty"]);
  if (random() < 0.3) rules.tags = pick(random, ["append", "keep"]);
  if (random() < 0.3) rules.Color = "fill_empty";
  const options: Options = {
    onDuplicate: pick(random, ["update", "update", "update", "skip", "create", "create"]),
    matchBy: pick(random, MATCH_BY),
    createMissing: random() < 0.9,
    rules,
    constants: {},
  };
  const target = (name: string) => (name === "Color" ? `custom_fields.${name}` : name);
  const mapping = Object.entries(rules).map(([name, rule]) => [name, { to: target(name), rule }]);
  const lines = records.map((cells) => NAMES.map((name) => cells[name] ?? "").join(","));
  return {
    records,
    options,
    content: [NAMES.join(","), ...lines].join("\n"),
    mapping: mapping.length > 0 ? (Object.fromEntries(mapping) as Mapping) : null,
  };
}
