import { env } from "cloudflare:test";
import { expect, it } from "vitest";
import { openLeads } from "../../../src/db/clients.ts";
import { questionOptions, questions } from "../../../src/db/leads/schema.ts";
import type { Mapping } from "../../../src/imports/columns/mapping.ts";
import { CHUNK_LIMITS } from "../../../src/imports/readers/records.ts";
import { below, pick, type Random, randomOf } from "../../fixtures/random.ts";
import { createCampaign, createCompany, type TestCompany } from "../../harness/factories.ts";
import { deliver, prepareImport } from "../../harness/import-run.ts";
import { howMany } from "../../harness/runtime/how-many.ts";
import { fileOf, kindOf } from "./kinds.ts";
import {
  asStored,
  type Cells,
  CLEAR,
  COLUMNS,
  type Column,
  importInto,
  type Key,
  type ModelLead,
  type Options,
  type Rule,
} from "./model.ts";

/**
 * How many files. `TIMING=1 LONGEST_FILE_MINUTES=60 IDENTITY_FILES=10000 node test/run.ts <this file>` compares 10,000, which
 * takes some ten minutes.
 */
const FILES = Number(env.IDENTITY_FILES) || howMany(50, 150);
const FILES_A_COMPANY = 5;

const KEYS: [Key[], ...Key[][]] = [
  ["email", "phone"],
  ["email", "phone"],
  ["external_id", "email", "phone"],
  ["external_id"],
  ["email"],
  ["phone"],
  ["phone", "external_id"],
];

/** Few people, so that they meet. */
const SAID: Record<Column, readonly [string, ...string[]]> = {
  email: ["a@leads.test", "b@leads.test", "c@leads.test", "d@leads.test", "e@leads.test"],
  phone: ["+525512345601", "+525512345602", "+525512345603", "+525512345604"],
  external_id: ["x-1", "x-2", "x-3", "x-4", "x-5"],
  first_name: ["Ana", "Iván", "Zoë"],
  city: ["León", "Lima"],
  stage: ["contacted", "won"],
  notes: ["Call", "Call back", "Done"],
  source: ["Fair", "Web"],
  Color: ["red", "blue"],
  Shape: ["round"],
  size: ["s", "l"],
  extras: ["a", "a;b", "b;c", "c"],
  tags: ["vip", "vip;fair", "fair;new", "old"],
};

const FILLED: Partial<Record<Column, number>> = { email: 0.6, phone: 0.6, external_id: 0.5 };

function recordOf(random: Random): Cells {
  const cellOf = (column: Column) => {
    if (random() < 0.05) return CLEAR;
    return random() < (FILLED[column] ?? 0.4) ? pick(random, SAID[column]) : null;
  };
  return Object.fromEntries(COLUMNS.map((column) => [column, cellOf(column)])) as Cells;
}

function optionsOf(random: Random): Options {
  const rules: Options["rules"] = {};
  if (random() < 0.6) {
    for (const column of COLUMNS) {
      const possible: [Rule, ...Rule[]] = ["overwrite", "fill_empty", "keep"];
      if (["notes", "extras", "tags"].includes(column)) possible.push("append", "append");
      if (random() < 0.5) rules[column] = pick(random, possible);
    }
  }
  const constants: Options["constants"] = {};
  if (random() < 0.2) constants.source = "Constant";
  if (random() < 0.2) constants.Shape = "square";
  if (random() < 0.2) constants.size = "l";
  if (random() < 0.1) constants.tags = "fair;web";
  for (const column of Object.keys(constants) as Column[]) delete rules[column];
  return {
    onDuplicate: pick(random, ["skip", "update", "update", "update", "create"]),
    matchBy: pick(random, KEYS),
    createMissing: random() < 0.8,
    rules,
    constants,
  };
}

const CUSTOM: readonly Column[] = ["Color", "Shape"];

/** What a mapping or constants call a column. */
const targetOf = (column: Column) => (CUSTOM.includes(column) ? `custom_fields.${column}` : column);

function mappingOf({ rules }: Options): Mapping {
  return Object.fromEntries(
    Object.entries(rules).map(([column, rule]) => [column, { to: targetOf(column as Column), rule }]),
  );
}

/** Without the columns that constants stand for: beside those a column would be kept as a custom field. */
function tableOf(records: Cells[], { constants }: Options): (string | null)[][] {
  const columns = COLUMNS.filter((column) => !Object.hasOwn(constants, column));
  return [columns, ...records.map((cells) => columns.map((column) => cells[column]))];
}

async function createQuestions(company: TestCompany) {
  const { id: campaignId } = await createCampaign(company);
  const db = openLeads(company.database);
  const ids = new Map<string, string>();
  for (const [key, kind, values] of [
    ["size", "single_choice", ["s", "l"]],
    ["extras", "multiple_choice", ["a", "b", "c"]],
  ] as const) {
    const owner = { companyId: company.id };
    const [row] = await db
      .insert(questions)
      .values({ ...owner, campaignId, key, kind, text: key, position: ids.size })
      .returning();
    ids.set(String(row?.id), key);
    await db.insert(questionOptions).values(
      values.map((value, position) => ({
        ...owner,
        questionId: row?.id ?? 0,
        value,
        label: value,
        position,
      })),
    );
  }
  return { campaignId, ids };
}

/** The leads of a company in the words of the model. */
async function leadsOf(
  company: TestCompany,
  imports: number[],
  ids: Map<string, string>,
): Promise<Omit<ModelLead, "moves">[]> {
  const { results } = await company.database
    .prepare(
      `SELECT *, (SELECT json_group_array(tag) FROM (SELECT tag FROM lead_tags WHERE lead_id = id ORDER BY tag)) AS tags
       FROM leads WHERE company_id = ? ORDER BY import_id, record_number`,
    )
    .bind(company.id)
    .all<Record<string, string | number | null>>();
  const from = new Map(
    results.map((row) => [row.id, `${imports.indexOf(Number(row.import_id))}:${row.record_number}`]),
  );
  return results.map((row) => {
    const said: Record<string, unknown> = { ...JSON.parse(String(row.custom_fields ?? "{}")) };
    for (const [id, value] of Object.entries(JSON.parse(String(row.answers ?? "{}"))))
      said[ids.get(id) ?? id] = value;
    const stage = { 1: "new", 2: "contacted", 6: "won" }[Number(row.stage_id)];
    const tags = row.tags === "[]" ? null : JSON.parse(String(row.tags));
    const values = { ...row, ...said, stage, tags } as Record<string, string | null>;
    return {
      from: from.get(row.id) ?? "",
      values: Object.fromEntries(
        COLUMNS.map((column) => [column, values[column] ?? null]),
      ) as ModelLead["values"],
      copyOf: row.duplicate_of === null ? null : (from.get(row.duplicate_of) ?? "?"),
      version: Number(row.version),
    };
  });
}

async function importFile(
  company: TestCompany,
  campaignId: number,
  file: string | Uint8Array,
  options: Options,
  chunk: number,
) {
  const { onDuplicate, matchBy, createMissing, constants } = options;
  const code = await prepareImport(company, file, onDuplicate, campaignId, "MX", {
    matchBy,
    createMissing,
    mapping: mappingOf(options),
    constants: Object.fromEntries(
      Object.entries(constants).map(([column, value]) => [targetOf(column as Column), value]),
    ),
  });
  await deliver(code, { limits: { ...CHUNK_LIMITS, records: chunk } });
  const row = await company.database
    .prepare("SELECT * FROM imports WHERE import_code = ?")
    .bind(code)
    .first<Record<string, number>>();
  const id = row?.id ?? 0;
  const { results: rejected } = await company.database
    .prepare("SELECT record_number, code FROM import_rejections WHERE import_id = ? ORDER BY 1")
    .bind(id)
    .raw()
    .then((results) => ({ results }));
  const matches = await company.database
    .prepare("SELECT record_number, changed FROM import_matches WHERE import_id = ? ORDER BY 1")
    .bind(id)
    .raw<[number, number]>();
  return {
    id,
    failure: row?.failure_detail,
    outcome: {
      created: row?.created_records,
      updated: row?.updated_records,
      unchanged: row?.unchanged_records,
      duplicate: row?.duplicate_records,
      rejected,
      matches: matches.map(([record, changed]) => [record, changed === 1]),
    },
  };
}

const compared = new Set<number>();

const ofCompany = (index: number) => index * FILES_A_COMPANY;
const companies = Array.from({ length: Math.ceil(FILES / FILES_A_COMPANY) }, (_, index) => ofCompany(index));
const parts = Array.from({ length: 10 }, (_, part) => companies.filter((_, index) => index % 10 === part));

it.each(parts.map((first, part) => [part, first] as const))(
  "generated files come to what a simple model says, field by field, part %i",
  async (_, firsts) => {
    for (const first of firsts) {
      const company = await createCompany({ store: first % 2 });
      const { campaignId, ids } = await createQuestions(company);
      const model: ModelLead[] = [];
      const imports: number[] = [];
      for (let seed = first; seed < Math.min(first + FILES_A_COMPANY, FILES); seed++) {
        const random = randomOf(2026, seed);
        const options = optionsOf(random);
        const records = Array.from({ length: 3 + below(random, 18) }, () => recordOf(random)).filter(
          (cells) =>
            COLUMNS.some((column) => !Object.hasOwn(options.constants, column) && cells[column] !== null),
        );
        const expected = importInto(model, imports.length, records, options);
        const table = tableOf(records, options);
        const kind = kindOf(random);
        const said = `file ${seed}, ${kind}: ${JSON.stringify(options)}\n${JSON.stringify(table)}`;
        const { id, outcome, failure } = await importFile(
          company,
          campaignId,
          fileOf(kind, table),
          options,
          1 + below(random, 9),
        );
        imports.push(id);
        expect(failure, said).toBeNull();
        expect(outcome, said).toEqual(expected);
        const inOrder = [...model].sort((a, b) => placeOf(a) - placeOf(b));
        const stored = await leadsOf(company, imports, ids);
        expect(stored, said).toEqual(inOrder.map((lead, at) => asStored(lead, stored[at]?.version ?? 0)));
        compared.add(seed);
      }
    }
  },
  3_600_000,
);

it("all of them were compared", () => {
  // biome-ignore lint/suspicious/noConsole: the figure that is asked for; TIMING=1 shows it.
  console.log(`generated files: ${compared.size} of ${FILES}`);
  expect(compared.size).toBe(FILES);
});

const placeOf = ({ from }: ModelLead) => {
  const [number, record] = from.split(":").map(Number);
  return (number ?? 0) * 1000 + (record ?? 0);
};
