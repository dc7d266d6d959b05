import { expect, it } from "vitest";
import { openLeads } from "../../../src/db/clients.ts";
import { questions } from "../../../src/db/leads/schema.ts";
import { createCampaign, createCompany, type TestCompany } from "../../harness/factories.ts";
import { deliver, prepareImport } from "../../harness/import-run.ts";
import { EXPECTED, type ExpectedFile } from "./real-files-expected.ts";
import { LAYOUTS, REFUSED } from "./real-layouts-expected.ts";

/** Files as people have them: exports of other systems, forms, lists that were typed. As data URLs, byte by byte. */
const FILES = import.meta.glob<string>("../../fixtures/real-files/**/*.csv", {
  query: "?url&inline",
  import: "default",
  eager: true,
});

function bytesOf(name: string): Uint8Array {
  const url = FILES[`../../fixtures/real-files/${name}.csv`];
  if (url === undefined) throw new Error(`no file ${name}`);
  return Uint8Array.from(Buffer.from(url.slice(url.indexOf(",") + 1), "base64"));
}

type Row = Record<string, unknown>;

async function importFile(
  name: string,
  company: TestCompany,
  {
    country,
    onDuplicate,
    campaignId,
  }: { country?: string; onDuplicate?: "update"; campaignId?: number } = {},
): Promise<{ row: Row; leads: Row[]; rejected: Row[] }> {
  const code = await prepareImport(
    company,
    bytesOf(name),
    onDuplicate ?? "skip",
    campaignId ?? null,
    country,
  );
  expect(await deliver(code), name).toBe(true);
  const all = async (sql: string, value: unknown) =>
    (await company.database.prepare(sql).bind(value).all<Row>()).results;
  const [row = {}] = await all("SELECT * FROM imports WHERE import_code = ?", code);
  const rejected = await all(
    "SELECT record_number, code, reason FROM import_rejections WHERE import_id = ? ORDER BY record_number",
    row.id,
  );
  const leads = await all("SELECT * FROM leads WHERE company_id = ? ORDER BY record_number", company.id);
  return {
    row,
    rejected,
    leads: leads.map((lead) => ({ ...lead, custom_fields: JSON.parse(String(lead.custom_fields ?? "{}")) })),
  };
}

async function askQuestions(
  company: TestCompany,
): Promise<{ campaignId: number; keys: Map<string, string> }> {
  const { id: campaignId } = await createCampaign(company);
  const rows = await openLeads(company.database)
    .insert(questions)
    .values([
      { companyId: company.id, campaignId, key: "visit_date", kind: "date", text: "When?", position: 0 },
      { companyId: company.id, campaignId, key: "amount", kind: "number", text: "How much?", position: 1 },
    ])
    .returning();
  return { campaignId, keys: new Map(rows.map(({ id, key }) => [String(id), key])) };
}

async function check(name: string, expected: ExpectedFile): Promise<void> {
  const { country = "MX" } = expected;
  const company = await createCompany({ country });
  const asked = name.startsWith("9e") ? await askQuestions(company) : null;
  const { row, leads, rejected } = await importFile(name, company, {
    country,
    ...(asked && { campaignId: asked.campaignId }),
  });
  expect(row.failure_detail).toBeNull();
  const counts = ["created", "duplicate", "failed", "warning"].map((counter) => row[`${counter}_records`]);
  expect(counts).toEqual(expected.counts);
  const shown = leads.map((lead) => ({ ...lead, answers: answersOf(lead.answers, asked?.keys) }));
  expect(shown).toMatchObject(expected.leads ?? shown.map(() => ({})));
  for (const text of expected.kept ?? []) expect(JSON.stringify(leads)).toContain(text);
  if (expected.rejected) expect(rejected.map(({ code }) => code)).toEqual(expected.rejected);
  for (const { reason } of rejected) expect(String(reason).length).toBeGreaterThan(20);
  if (expected.esperado) {
    for (const lead of leads) {
      const { esperado } = lead.custom_fields as { esperado?: string };
      expect(lead[expected.esperado], `record ${lead.record_number}`).toBe(esperado);
    }
  }
}

function answersOf(json: unknown, keys: Map<string, string> | undefined): Row | null {
  if (json === null || !keys) return null;
  const entries = Object.entries(JSON.parse(String(json)) as Row);
  return Object.fromEntries(entries.map(([id, answer]) => [keys.get(id), answer]));
}

it("imports each file as a person would read it", async () => {
  const wrong: string[] = [];
  const all = Object.entries({ ...EXPECTED, ...LAYOUTS });
  for (const [name, expected] of all) {
    try {
      await check(name, expected);
    } catch (error) {
      wrong.push(`${name}: ${error instanceof Error ? error.message : error}`);
    }
  }
  const total = all.length;
  // biome-ignore lint/suspicious/noConsole: the figure that this test is run for.
  console.log(`real files: ${total - wrong.length} of ${total}`);
  expect(wrong).toEqual([]);
});

it("names what is no table, and says what to do", async () => {
  for (const [name, reason] of Object.entries(REFUSED)) {
    const { row, leads } = await importFile(name, await createCompany());
    expect(row.status, name).toBe(4);
    expect(row.failure_detail, name).toMatch(reason);
    expect(String(row.failure_detail).length, name).toBeGreaterThan(40);
    expect(leads, name).toEqual([]);
  }
});

it.each([
  ["36-cp850", ["José", "María", "Ángel"]],
  ["37-shift-jis", ["山田 太郎", "鈴木 花子"]],
  ["35-macroman", ["José", "María", "Ángel"]],
])("reads the names of %s right, or says that it is in doubt", async (name, names) => {
  const { row, leads } = await importFile(name, await createCompany());
  const read = leads.map((lead) =>
    name.startsWith("37") ? `${lead.first_name} ${lead.last_name}` : lead.first_name,
  );
  const right = JSON.stringify(read) === JSON.stringify(names);
  if (!right) expect(row).toMatchObject({ encoding_confidence: "doubtful", warning_records: names.length });
  expect(leads).toHaveLength(names.length);
});

it("finds the contact under each header that people write", async () => {
  const names = Object.keys(FILES).flatMap((path) => /(headers\/.*)\.csv$/.exec(path)?.[1] ?? []);
  const wrong: string[] = [];
  for (const name of names) {
    const company = await createCompany();
    const { leads } = await importFile(name, company);
    const [, kind = "", number = ""] = /(email|phone)-(\d+)/.exec(name) ?? [];
    const contact =
      kind === "email" ? `h${Number(number)}.email@example.com` : `+525570008${number.padStart(3, "0")}`;
    if (leads.length !== 1 || leads[0]?.[kind] !== contact) wrong.push(name);
  }
  // biome-ignore lint/suspicious/noConsole: the figure that this test is run for.
  console.log(`headers: ${names.length - wrong.length} of ${names.length}`);
  expect(names.length).toBeGreaterThan(50);
  expect(wrong).toEqual([]);
});

it("changes nothing by empty cells and placeholders", async () => {
  const company = await createCompany();
  for (const part of ["first", "second", "third"]) {
    const { row } = await importFile(`9d-update-${part}`, company, { onDuplicate: "update" });
    expect(row.failed_records).toBe(0);
  }
  const [lead] = (
    await company.database.prepare("SELECT * FROM leads WHERE company_id = ?").bind(company.id).all<Row>()
  ).results;
  expect(lead).toMatchObject({
    first_name: "John",
    last_name: "Smith",
    email: "john.c9d@example.com",
    phone: "+525512349401",
    city: "Puebla",
  });
});
