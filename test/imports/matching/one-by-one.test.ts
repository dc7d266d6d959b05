import { env } from "cloudflare:test";
import { expect, it } from "vitest";
import type { Mapping } from "../../../src/imports/columns/mapping.ts";
import { CHUNK_LIMITS } from "../../../src/imports/readers/records.ts";
import { MAX_COMPANY_FIELDS } from "../../../src/leads/custom-fields/register.ts";
import type { MatchKey } from "../../../src/leads/duplicates/match-keys.ts";
import { MAX_TEXT_LENGTH } from "../../../src/leads/fields.ts";
import { MAX_TAGS } from "../../../src/leads/tags.ts";
import { below, pick, type Random, randomOf } from "../../fixtures/random.ts";
import { limitLeads } from "../../harness/accounts/memberships.ts";
import { createCompany, type TestCompany } from "../../harness/factories.ts";
import { undisturbed } from "../../harness/failing-operation.ts";
import { prepareImport, runToEnd } from "../../harness/import-run.ts";
import { howMany } from "../../harness/runtime/how-many.ts";
import { importErrors } from "./import-errors.ts";

/**
 * Each record's outcome is as if the records of the file were imported one by one, whatever goes into one chunk and
 * whatever limits it meets: the same files, in chunks of one record and of others, into two companies alike.
 * `TIMING=1 ONE_BY_ONE_FILES=2000 LONGEST_FILE_MINUTES=60 node test/run.ts <this file>` for more.
 */
const FILES = Number(env.ONE_BY_ONE_FILES) || howMany(10, 60);

const COLUMNS = [
  "email",
  "phone",
  "external_id",
  "first_name",
  "stage",
  "notes",
  "tags",
  "F1",
  "F2",
  "F3",
] as const;
type Column = (typeof COLUMNS)[number];

const LONG = "n".repeat(MAX_TEXT_LENGTH - 8);
const MANY_TAGS = Array.from({ length: MAX_TAGS - 1 }, (_, n) => `t${n}`).join(";");

/** Few people, so that they meet, and texts that limits stop. */
const SAID: Record<Column, readonly [string, ...string[]]> = {
  email: ["a@leads.test", "b@leads.test", "c@leads.test", "d@leads.test", "no address", "[clear]"],
  phone: ["+525512345601", "+525512345602", "+525512345603", "12", "[clear]"],
  external_id: ["x-1", "x-2", "x-3", "[clear]"],
  first_name: ["Ana", "Iván"],
  stage: ["contacted", "elsewhere"],
  notes: ["Call", "Call again tomorrow", LONG, "[clear]"],
  tags: ["vip", "fair;vip", MANY_TAGS, "[clear]"],
  F1: ["1"],
  F2: ["2"],
  F3: ["3"],
};

const FILLED: Partial<Record<Column, number>> = {
  email: 0.7,
  phone: 0.6,
  notes: 0.5,
  tags: 0.5,
  F1: 0.15,
  F2: 0.1,
  F3: 0.1,
};

const KEYS: [MatchKey[], ...MatchKey[][]] = [
  ["email", "phone"],
  ["external_id", "email", "phone"],
  ["external_id"],
  ["email"],
];

function fileOf(random: Random, records: number): string {
  const cellOf = (column: Column) => (random() < (FILLED[column] ?? 0.4) ? pick(random, SAID[column]) : "");
  const lines = Array.from({ length: records }, () => COLUMNS.map(cellOf).join(","));
  return [COLUMNS.join(","), ...lines.filter((line) => /[^,]/.test(line)), "last@leads.test,,,,,,,,,"].join(
    "\n",
  );
}

function mappingOf(random: Random): Mapping {
  return Object.fromEntries(
    COLUMNS.flatMap((column) => {
      if (random() < 0.5) return [];
      const appends =
        column === "notes" || column === "tags" ? (["append", "append", "append"] as const) : [];
      const rule = pick(random, ["overwrite", "fill_empty", "keep", ...appends]);
      return [[column, { to: column.startsWith("F") ? `custom_fields.${column}` : column, rule }]];
    }),
  );
}

/** A company, the same for the same seed, with few leads and fields left. */
async function prepare(random: Random): Promise<TestCompany> {
  const company = await createCompany();
  const before = [
    "email,phone,external_id,notes,tags",
    `a@leads.test,+525512345601,x-1,${LONG},${MANY_TAGS}`,
  ];
  before.push(`b@leads.test,,x-2,Called,vip`, `,+525512345602,,${LONG},`, "c@leads.test,+525512345602,,,");
  before.push("a@leads.test,,,,copy", ",+525512345601,,,copy", "b@leads.test,+525512345603,,,copy");
  await run(company, before.join("\n"), 1000, { mode: "create", more: {} });
  if (random() < 0.6) await limitLeads(company, 6 + below(random, 10));
  if (random() < 0.6) {
    await company.database
      .prepare(
        `INSERT INTO custom_fields (company_id, name, counting, seen_at)
         SELECT ?1, 'G' || value, 0, ?2 FROM json_each(?3)`,
      )
      .bind(
        company.id,
        Date.now(),
        JSON.stringify(Array.from({ length: MAX_COMPANY_FIELDS - below(random, 3) }, (_, n) => n)),
      )
      .run();
  }
  return company;
}

interface How {
  mode: "skip" | "update" | "create";
  more: Parameters<typeof prepareImport>[5];
}

async function run(
  company: TestCompany,
  file: string,
  records: number,
  { mode, more }: How,
): Promise<unknown> {
  const code = await prepareImport(company, file, mode, null, "MX", more);
  await runToEnd(code, undisturbed, { limits: { ...CHUNK_LIMITS, records } }, 1000);
  return await cameTo(company, code);
}

/** What a company has after an import, and what is said of its records: without ids. */
async function cameTo(company: TestCompany, code: string) {
  const rows = async (sql: string) => (await company.database.prepare(sql).bind(code).all()).results;
  const OF = "(SELECT id FROM imports WHERE import_code = ?1)";
  const COMPANY = "(SELECT company_id FROM imports WHERE import_code = ?1)";
  // Where a lead comes from stands for its id.
  const placeOf = (id: string) =>
    `(SELECT (p.import_id = ${OF}) || ':' || p.record_number FROM leads p WHERE p.id = ${id})`;
  return {
    counters: await rows(
      `SELECT status, failure_code, created_records, updated_records, unchanged_records, duplicate_records,
         failed_records, warning_records FROM imports WHERE import_code = ?1`,
    ),
    leads: await rows(
      `SELECT import_id = ${OF} AS own, record_number, ${placeOf("l.duplicate_of")} AS first,
         email, phone, phone_raw, external_id, first_name, stage_id, length(notes) AS notes, substr(notes, -30) AS end,
         custom_fields, version, (SELECT json_group_array(tag) FROM (SELECT tag FROM lead_tags WHERE lead_id = l.id ORDER BY tag)) AS tags
       FROM leads l WHERE company_id = ${COMPANY} ORDER BY own, record_number, l.id`,
    ),
    matches: await rows(
      `SELECT m.record_number, changed, ${placeOf("l.id")} AS lead FROM import_matches m JOIN leads l ON l.id = m.lead_id
       WHERE m.import_id = ${OF} ORDER BY 1`,
    ),
    fields: await rows(
      `SELECT name FROM custom_fields WHERE company_id = ${COMPANY} AND name LIKE 'F%' ORDER BY 1`,
    ),
    ...(await importErrors(company, code)),
  };
}

it.each(Array.from({ length: 10 }, (_, part) => part))(
  "the outcomes are those of the records one by one, part %i",
  async (part) => {
    for (let seed = part; seed < FILES; seed += 10) {
      const random = randomOf(1207, seed);
      const how: How = {
        mode: pick(random, ["skip", "update", "update", "update", "create"]),
        more: {
          matchBy: pick(random, KEYS),
          createMissing: random() < 0.8,
          mapping: mappingOf(random),
        },
      };
      const file = fileOf(random, 4 + below(random, 16));
      const alike = below(random, 1e9);
      const sizes = [1, 1000, 2 + below(random, 5)];
      const companies = [];
      for (const _ of sizes) companies.push(await prepare(randomOf(alike, 1)));
      const outcomes = [];
      for (const [index, company] of companies.entries()) {
        outcomes.push(await run(company, file, sizes[index] ?? 1, how));
      }
      const said = `file ${seed}: ${JSON.stringify(how)}\n${file.replaceAll(LONG, "LONG").replaceAll(MANY_TAGS, "MANY")}`;
      for (const outcome of outcomes.slice(1)) expect(outcome, said).toEqual(outcomes[0]);
    }
  },
  3_600_000,
);
