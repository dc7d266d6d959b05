import { env } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { openLeads } from "../../../src/db/clients.ts";
import { questionOptions, questions } from "../../../src/db/leads/schema.ts";
import { CHUNK_LIMITS } from "../../../src/imports/readers/records.ts";
import { createCampaign, createCompany, type TestCompany } from "../../harness/factories.ts";
import { deliver, prepareImport } from "../../harness/import-run.ts";
import { encode } from "../readers/csv/csv-text.ts";
import { csv, importFile, leadsOf, onlyLeadOf } from "./imported.ts";

const KINDS = [
  { key: "size", kind: "single_choice", cells: ["large", "Small", "Huge"], read: ["l", "s"] },
  { key: "colors", kind: "multiple_choice", cells: ["l; Small", "s", "red"], read: [["l", "s"], ["s"]] },
  { key: "remark", kind: "text", cells: ["Ñandú, “sí”", "0", ""], read: ["Ñandú, “sí”", "0"] },
  { key: "budget", kind: "number", cells: ["1,234.50", "0", "a lot"], read: [1234.5, 0] },
  {
    key: "due",
    kind: "date",
    cells: ["31/12/2026", "2026-02-28", "31/02/2026"],
    read: ["2026-12-31", "2026-02-28"],
  },
  { key: "demo", kind: "boolean", cells: ["sí", "0", "maybe"], read: [true, false] },
] as const;

/** A campaign with a question of each kind. @returns their ids by key. */
async function createQuestions(company: TestCompany) {
  const campaign = await createCampaign(company);
  const db = openLeads(company.database);
  const ids = new Map<string, number>();
  for (const [position, { key, kind }] of KINDS.entries()) {
    const [row] = await db
      .insert(questions)
      .values({ companyId: company.id, campaignId: campaign.id, key, kind, text: `${key}?`, position })
      .returning();
    if (!row) throw new Error("no question");
    ids.set(key, row.id);
    if (!kind.endsWith("choice")) continue;
    for (const [index, [value, label]] of [
      ["s", "Small"],
      ["l", "Large"],
    ].entries()) {
      const option = { companyId: company.id, questionId: row.id, value, label, position: index };
      await db.insert(questionOptions).values(option as typeof questionOptions.$inferInsert);
    }
  }
  return { campaignId: campaign.id, ids };
}

describe("a campaign's questions", () => {
  it("are answered by their ids, each kind in its own form", async () => {
    const company = await createCompany({ store: 1 });
    const { campaignId, ids } = await createQuestions(company);
    const file = csv(
      ...[0, 1, 2].map((record) => ({
        email: `r${record}@leads.test`,
        ...Object.fromEntries(KINDS.map(({ key, cells }) => [key, cells[record] ?? ""])),
      })),
    );
    expect(await importFile(company, file, "skip", { campaignId })).toEqual([3, 0, 0, 0, 0, 1]);
    const leads = await leadsOf(company);
    for (const record of [0, 1]) {
      expect(leads[record]).toMatchObject({ campaign_id: campaignId, custom_fields: null });
      expect(JSON.parse(String(leads[record]?.answers))).toEqual(
        Object.fromEntries(KINDS.map(({ key, read }) => [ids.get(key), read[record]])),
      );
    }
    expect(leads[2]?.answers).toBeNull();
    expect(JSON.parse(String(leads[2]?.custom_fields))).toEqual({
      size: "Huge",
      colors: "red",
      budget: "a lot",
      due: "31/02/2026",
      demo: "maybe",
    });
  });

  it("are replaced one by one: other answers stay, and a list is replaced as a whole", async () => {
    const company = await createCompany();
    const { campaignId, ids } = await createQuestions(company);
    const before = { email: "a@leads.test", size: "Small", colors: "s;l", budget: "5", demo: "no" };
    await importFile(company, csv(before), "skip", { campaignId });
    const record = { email: "a@leads.test", size: "", colors: "Large", budget: "6", due: "2026-01-31" };
    const file = csv({ ...record, demo: "unreadable" });
    expect(await importFile(company, file, "update", { campaignId })).toEqual([0, 1, 0, 0, 0, 1]);
    const lead = await onlyLeadOf(company);
    expect(JSON.parse(String(lead.answers))).toEqual({
      [ids.get("size") ?? ""]: "s",
      [ids.get("colors") ?? ""]: ["l"],
      [ids.get("budget") ?? ""]: 6,
      [ids.get("due") ?? ""]: "2026-01-31",
      [ids.get("demo") ?? ""]: false,
    });
    expect(lead.custom_fields).toBe('{"demo":"unreadable"}');
    expect(await importFile(company, file, "update", { campaignId })).toEqual([0, 0, 1, 0, 0, 1]);
  });

  it("are columns like any other without their campaign", async () => {
    const company = await createCompany();
    await createQuestions(company);
    await importFile(company, csv({ email: "a@leads.test", size: "Small" }));
    expect(await onlyLeadOf(company)).toMatchObject({ answers: null, custom_fields: '{"size":"Small"}' });
  });
});

/** The environment with the byte lengths of all texts bound to statements of a store written down. */
function measure(company: TestCompany): { env: Env; lengths: number[] } {
  const lengths: number[] = [];
  const encoder = new TextEncoder();
  const { database } = company;
  const measured = {
    prepare(sql: string) {
      const statement = database.prepare(sql);
      const bind = statement.bind.bind(statement);
      statement.bind = (...values: unknown[]) => {
        for (const value of values) if (typeof value === "string") lengths.push(encoder.encode(value).length);
        return bind(...values);
      };
      return statement;
    },
    batch: (statements: D1PreparedStatement[]) => database.batch(statements),
  };
  return { env: { ...env, [`LEADS_${company.store}`]: measured } as unknown as Env, lengths };
}

/** @see https://developers.cloudflare.com/d1/platform/limits/ (a string, BLOB or row) */
const D1_BYTES = 2_000_000;

describe("what is large", () => {
  it("takes 500 columns with long names, every cell filled", async () => {
    const company = await createCompany();
    const names = Array.from({ length: 499 }, (_, n) =>
      `Question ${n} ${"of the annual survey ".repeat(5)}`.trim(),
    );
    const row = (n: number) => [`wide-${n}@leads.test`, ...names.map((_, column) => `${n}/${column}`)];
    const file = [["email", ...names], ...Array.from({ length: 30 }, (_, n) => row(n))];
    const { env: measured, lengths } = measure(company);
    const code = await prepareImport(company, file.map((cells) => cells.join(",")).join("\n"));
    expect(await deliver(code, { env: measured, limits: CHUNK_LIMITS })).toBe(true);
    expect(Math.max(...lengths)).toBeLessThan(D1_BYTES);
    const leads = await leadsOf(company);
    expect(leads.map(({ email }) => email)).toEqual(file.slice(1).map(([email]) => email));
    expect(JSON.parse(String(leads[29]?.custom_fields))).toEqual(
      Object.fromEntries(names.map((name, column) => [name, `29/${column}`])),
    );
  });

  it("takes thousands of records of 500 columns", async () => {
    const company = await createCompany();
    const names = Array.from({ length: 499 }, (_, n) => `Field ${n}`);
    // Each record fills another five of them.
    const row = (n: number) => names.map((_, column) => (Math.floor(column / 5) === n % 99 ? `${n}` : ""));
    const lines = Array.from({ length: 3000 }, (_, n) => `many-${n}@leads.test,${row(n).join(",")}`);
    const { env: measured, lengths } = measure(company);
    const code = await prepareImport(company, `email,${names.join(",")}\n${lines.join("\n")}`);
    expect(await deliver(code, { env: measured, limits: CHUNK_LIMITS })).toBe(true);
    expect(Math.max(...lengths)).toBeLessThan(D1_BYTES);
    const { results } = await company.database
      .prepare(
        `SELECT count(*) AS records, count(DISTINCT f.value) AS said FROM leads, json_each(custom_fields) f
         WHERE company_id = ?`,
      )
      .bind(company.id)
      .all();
    expect(results).toEqual([{ records: 15_000, said: 3000 }]);
  });

  it("takes a record of nearly 256 KiB, and many of them", async () => {
    const company = await createCompany();
    // Quotes and backslashes weigh twice as much in JSON.
    const cell = '\\""'.repeat(10_000);
    const line = (n: number) => `big-${n}@leads.test${`,"${cell}"`.repeat(8)}`;
    expect(line(100).length).toBeGreaterThan(CHUNK_LIMITS.recordBytes * 0.9);
    const file = ["email,a,b,c,d,e,f,g,h", ...Array.from({ length: 12 }, (_, n) => line(n))].join("\r\n");
    const { env: measured, lengths } = measure(company);
    const code = await prepareImport(company, file);
    expect(await deliver(code, { env: measured, limits: CHUNK_LIMITS })).toBe(true);
    expect(Math.max(...lengths)).toBeLessThan(D1_BYTES);
    const leads = await leadsOf(company);
    expect(leads).toHaveLength(12);
    const kept = JSON.parse(String(leads[11]?.custom_fields));
    expect(Object.keys(kept)).toEqual(["a", "b", "c", "d", "e", "f", "g", "h"]);
    expect(kept.h).toBe(cell.replaceAll('""', '"'));
  });

  it("takes rejected records whose text weighs most as JSON", async () => {
    const company = await createCompany();
    // A byte of Windows-1252 that takes three in UTF-8, and is quoted once more in the reason.
    const text = `email,phone,city\n${`,${"€".repeat(250)},${"€".repeat(63)}\n`.repeat(4000)}`;
    const code = await prepareImport(company, text);
    const file = encode(text, "windows-1252");
    const row = await company.database
      .prepare("UPDATE imports SET encoding = ?, file_bytes = ? WHERE import_code = ? RETURNING file_key")
      .bind("windows-1252", file.length, code)
      .first<{ file_key: string }>();
    await env.FILES.put(row?.file_key ?? "", file);
    const { env: measured, lengths } = measure(company);
    expect(await deliver(code, { env: measured, limits: CHUNK_LIMITS })).toBe(true);
    expect(Math.max(...lengths)).toBeLessThan(D1_BYTES);
    const failed = await company.database
      .prepare("SELECT failed_records FROM imports WHERE import_code = ?")
      .bind(code)
      .first("failed_records");
    expect(failed).toBe(4000);
  });
});
