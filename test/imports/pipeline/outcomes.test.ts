import { env } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { openLeads } from "../../../src/db/clients.ts";
import { questionOptions, questions } from "../../../src/db/leads/schema.ts";
import { CHUNK_LIMITS } from "../../../src/imports/readers/records.ts";
import { upload, waitForImport } from "../../harness/api.ts";
import { createCampaign, createCompany, createUser, type TestCompany } from "../../harness/factories.ts";
import { deliver, prepareImport } from "../../harness/import-run.ts";
import { encode } from "../readers/csv/csv-text.ts";

type Cells = Record<string, string>;

/** A file of records that name only the columns that they have. */
function csv(...records: Cells[]): string {
  const header = [...new Set(records.flatMap(Object.keys))];
  const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
  const line = (cells: string[]) => cells.map(quoted).join(",");
  return [line(header), ...records.map((cells) => line(header.map((name) => cells[name] ?? "")))].join("\n");
}

/** Imports a file. @returns its counters, in order: created, updated, unchanged, duplicate, failed, warnings. */
async function importFile(
  company: TestCompany,
  text: string,
  onDuplicate: "skip" | "update" | "create" = "skip",
  { campaignId = null, limits }: { campaignId?: number | null; limits?: typeof CHUNK_LIMITS } = {},
): Promise<number[]> {
  const code = await prepareImport(company, text, onDuplicate, campaignId);
  expect(await deliver(code, limits && { limits })).toBe(true);
  const row = await company.database
    .prepare("SELECT * FROM imports WHERE import_code = ?")
    .bind(code)
    .first<Record<string, number>>();
  expect(row?.failure_detail).toBeNull();
  expect(row?.finished_at).toBeGreaterThan(0);
  const counters = ["created", "updated", "unchanged", "duplicate", "failed", "warning"];
  return counters.map((name) => row?.[`${name}_records`] ?? Number.NaN);
}

type LeadRow = Record<string, string | number | null>;

/** The leads of a company as they stand in its store, in the order of their ids. */
async function leadsOf(company: TestCompany): Promise<LeadRow[]> {
  const { results } = await company.database
    .prepare("SELECT * FROM leads WHERE company_id = ? ORDER BY id")
    .bind(company.id)
    .all<LeadRow>();
  return results;
}

async function onlyLeadOf(company: TestCompany): Promise<LeadRow> {
  const [lead, ...others] = await leadsOf(company);
  expect(others).toEqual([]);
  if (!lead) throw new Error("no lead");
  return lead;
}

/** Makes all leads old, so that any change of theirs shows in `updated_at`. */
async function makeOld(company: TestCompany): Promise<void> {
  await company.database
    .prepare("UPDATE leads SET created_at = 1, updated_at = 1 WHERE company_id = ?")
    .bind(company.id)
    .run();
}

const ANA: Cells = {
  email: " Ana@Leads.Test ",
  phone: "55 1234 5678",
  first_name: "Ana",
  last_name: "Ruiz",
  company_name: "Ruiz SA",
  job_title: "CEO",
  city: "Puebla",
  state: "Puebla",
  country: "México",
  source: "Fair",
  stage: "Contacted",
  notes: "Call\r\nin May",
  external_id: "crm-1",
  Color: "red",
  Shape: "round",
};

const ANA_STORED = {
  campaign_id: null,
  record_number: 1,
  duplicate_of: null,
  email: "ana@leads.test",
  phone: "+525512345678",
  phone_raw: null,
  first_name: "Ana",
  last_name: "Ruiz",
  company_name: "Ruiz SA",
  job_title: "CEO",
  city: "Puebla",
  state: "Puebla",
  country: "México",
  source: "Fair",
  stage_id: 2,
  notes: "Call\nin May",
  external_id: "crm-1",
  answers: null,
  custom_fields: '{"Color":"red","Shape":"round"}',
};

/** A record that says of Ana in every column something else than {@link ANA}. */
const OTHER: Cells = {
  email: "ANA@leads.test",
  phone: "+34 612 345 678",
  first_name: "Anna",
  last_name: "Ruíz",
  company_name: "Ruiz SL",
  job_title: "CTO",
  city: "Madrid",
  state: "Madrid",
  country: "España",
  source: "Web",
  stage: "won",
  notes: "Done",
  external_id: "crm-2",
  Color: "blue",
};

const OTHER_STORED = {
  ...ANA_STORED,
  phone: "+34612345678",
  first_name: "Anna",
  last_name: "Ruíz",
  company_name: "Ruiz SL",
  job_title: "CTO",
  city: "Madrid",
  state: "Madrid",
  country: "España",
  source: "Web",
  stage_id: 6,
  notes: "Done",
  external_id: "crm-2",
  custom_fields: '{"Color":"blue","Shape":"round"}',
};

describe("a new record", () => {
  it("becomes a lead with every field, of its company, import and record", async () => {
    const company = await createCompany();
    expect(await importFile(company, csv(ANA))).toEqual([1, 0, 0, 0, 0, 0]);
    const lead = await onlyLeadOf(company);
    expect(lead).toMatchObject({ ...ANA_STORED, company_id: company.id });
    const row = await company.database
      .prepare("SELECT id, created_at FROM imports WHERE company_id = ?")
      .bind(company.id)
      .first<{ id: number; created_at: number }>();
    expect(lead.import_id).toBe(row?.id);
    expect(lead.created_at).toBeGreaterThanOrEqual(row?.created_at ?? Number.NaN);
    expect(lead.updated_at).toBe(lead.created_at);
  });

  it("has the first stage where it names none, and null where it says nothing", async () => {
    const company = await createCompany({ store: 1 });
    await importFile(company, csv({ email: "b@leads.test", first_name: " ", notes: "", Color: "" }));
    expect(await onlyLeadOf(company)).toMatchObject({
      stage_id: 1,
      first_name: null,
      notes: null,
      source: null,
      answers: null,
      custom_fields: null,
    });
  });

  it("takes the import's source where it names none", async () => {
    const company = await createCompany();
    const { token } = await createUser({ access: [{ company, role: "manager" }] });
    const file = csv({ email: "a@leads.test", source: "Own" }, { email: "b@leads.test" });
    const { import_code: code } = await upload(token, company.id, file, "&source=Spring%20fair");
    await waitForImport(code, token);
    expect((await leadsOf(company)).map(({ source }) => source)).toEqual(["Own", "Spring fair"]);
  });

  it("is none of another company's leads with the same key, in this store or another", async () => {
    const others = [await createCompany(), await createCompany({ store: 1 })];
    for (const other of others) await importFile(other, csv(ANA));
    const before = await Promise.all(others.map(leadsOf));
    for (const mode of ["skip", "update", "create"] as const) {
      const company = await createCompany();
      expect(await importFile(company, csv(OTHER), mode)).toEqual([1, 0, 0, 0, 0, 0]);
      expect(await onlyLeadOf(company)).toMatchObject({ first_name: "Anna", duplicate_of: null });
    }
    expect(await Promise.all(others.map(leadsOf))).toEqual(before);
  });
});

describe("on_duplicate=skip", () => {
  it("leaves a lead that is there exactly as it is", async () => {
    const company = await createCompany();
    await importFile(company, csv(ANA));
    const before = await leadsOf(company);
    expect(await importFile(company, csv(OTHER))).toEqual([0, 0, 0, 1, 0, 0]);
    expect(await leadsOf(company)).toEqual(before);
  });

  it("lets the first record of a file win, in one chunk and across chunks", async () => {
    const company = await createCompany();
    const people = [1, 2, 2, 1, 3, 1, 4, 5, 6, 7, 8, 3, 1].map((n, index) => ({
      email: index % 2 ? `p${n}@leads.test` : ` P${n}@LEADS.test`,
      first_name: `Record ${index + 1}`,
    }));
    expect(await importFile(company, csv(...people))).toEqual([8, 0, 0, 5, 0, 0]);
    expect((await leadsOf(company)).map((lead) => [lead.email, lead.record_number])).toEqual(
      [1, 2, 5, 7, 8, 9, 10, 11].map((record, index) => [`p${index + 1}@leads.test`, record]),
    );
  });

  it("tells people by their phone, however it is written, where not both have an e-mail", async () => {
    const company = await createCompany();
    const file = csv(
      { phone: "55 1234 5678", first_name: "First" },
      { phone: "+52 (55) 1234-5678", first_name: "Again" },
      { phone: "0052 55 1234 5679", first_name: "Other" },
      { phone: "55 1234 5678", email: "own@leads.test", first_name: "By e-mail" },
      { phone: "55 1234 5670", email: "one@leads.test", first_name: "One" },
      { phone: "55 1234 5670", email: "two@leads.test", first_name: "Two" },
      { phone: "55 1234 5670", first_name: "Nobody knows" },
    );
    expect(await importFile(company, file)).toEqual([4, 0, 0, 2, 1, 0]);
    expect((await leadsOf(company)).map((lead) => [lead.email ?? lead.phone, lead.first_name])).toEqual([
      ["+525512345678", "First"],
      ["+525512345679", "Other"],
      ["one@leads.test", "One"],
      ["two@leads.test", "Two"],
    ]);
    const reason = await company.database
      .prepare("SELECT reason FROM import_rejections WHERE code = 'ambiguous_match' ORDER BY import_id DESC")
      .first("reason");
    expect(reason).toBe(
      "The record matches more than one lead: its phone is that of the lead of record 5 and the lead of record 6. Merge these leads, or correct the record, and send it again.",
    );
  });

  it("counts a warning for a record that became a lead, and none for a duplicate", async () => {
    const company = await createCompany();
    const file = csv(
      { email: "a@leads.test", stage: "Nowhere" },
      { email: "a@leads.test", stage: "Nowhere", phone: "12" },
      { email: "b@leads.test", phone: "12" },
    );
    expect(await importFile(company, file)).toEqual([2, 0, 0, 1, 0, 2]);
    expect(await importFile(company, file)).toEqual([0, 0, 0, 3, 0, 0]);
    // Of the two records of one lead, only the first is looked at.
    expect(await importFile(company, file, "update")).toEqual([0, 0, 2, 1, 0, 2]);
    expect(await importFile(company, file, "create")).toEqual([3, 0, 0, 0, 0, 3]);
  });
});

describe("on_duplicate=update", () => {
  it("changes every field that the record fills", async () => {
    const company = await createCompany();
    await importFile(company, csv(ANA));
    await makeOld(company);
    const before = await onlyLeadOf(company);
    expect(await importFile(company, csv(OTHER), "update")).toEqual([0, 1, 0, 0, 0, 0]);
    const after = await onlyLeadOf(company);
    expect(after).toEqual({ ...before, ...OTHER_STORED, version: 1, updated_at: after.updated_at });
    const { results } = await company.database
      .prepare(
        "SELECT lead_id, from_stage_id, to_stage_id, changed_by FROM lead_stage_changes WHERE company_id = ?",
      )
      .bind(company.id)
      .all();
    expect(results).toEqual([
      { lead_id: after.id, from_stage_id: before.stage_id, to_stage_id: after.stage_id, changed_by: null },
    ]);
    expect(after.updated_at).toBeGreaterThan(1);
  });

  it.each(Object.keys(OTHER).filter((name) => name !== "email"))(
    "changes nothing but %s where only that is filled",
    async (name) => {
      const company = await createCompany();
      // Every record has the lead's country, by which its phone is read.
      await importFile(company, csv(ANA));
      await makeOld(company);
      const before = await onlyLeadOf(company);
      const empty = Object.fromEntries(Object.keys(ANA).map((column) => [column, " "]));
      const record = { ...empty, email: "ana@leads.test", [name]: OTHER[name] ?? "" };
      expect(await importFile(company, csv(record), "update")).toEqual([0, 1, 0, 0, 0, 0]);
      const column = { stage: "stage_id", Color: "custom_fields" }[name] ?? name;
      const after = await onlyLeadOf(company);
      expect(after).toEqual({
        ...before,
        [column]: OTHER_STORED[column as keyof typeof OTHER_STORED],
        version: 1,
        updated_at: after.updated_at,
      });
      expect(after.updated_at).toBeGreaterThan(1);
    },
  );

  it("fills in what a lead lacks", async () => {
    const company = await createCompany();
    await importFile(company, csv({ email: "ana@leads.test" }));
    expect(await importFile(company, csv(ANA), "update")).toEqual([0, 1, 0, 0, 0, 0]);
    expect(await onlyLeadOf(company)).toMatchObject(ANA_STORED);
  });

  it("says unchanged where nothing would change, and touches nothing then", async () => {
    const company = await createCompany();
    const campaign = await createCampaign(company);
    const odd = { email: "odd@leads.test", stage: "Nowhere", phone: "12", 'Say "a\\b"': 'c\\d "e"\n\t😀' };
    const file = csv(OTHER, odd, { email: "new@leads.test", phone: "55 1234 5678 ext. 9" });
    await importFile(company, csv(ANA, { email: "odd@leads.test" }));
    const options = { campaignId: campaign.id };
    expect(await importFile(company, file, "update", options)).toEqual([1, 2, 0, 0, 0, 1]);
    await makeOld(company);
    const before = await leadsOf(company);
    for (const text of [file, csv({ email: "ANA@leads.test", first_name: "" })]) {
      const records = text === file ? 3 : 1;
      const [, updated, unchanged] = await importFile(company, text, "update", options);
      expect([updated, unchanged]).toEqual([0, records]);
      expect(await leadsOf(company)).toEqual(before);
    }
  });

  it("lets the first record of a file win, for leads there before and leads of this very file", async () => {
    const company = await createCompany();
    await importFile(company, csv({ email: "old@leads.test", city: "Puebla" }));
    const records = Array.from({ length: 17 }, (_, index) => ({
      email: index % 2 ? "old@leads.test" : "new@leads.test",
      first_name: `Record ${index + 1}`,
      city: index < 2 ? "" : "Madrid",
    }));
    expect(await importFile(company, csv(...records), "update")).toEqual([1, 1, 0, 15, 0, 0]);
    expect(await leadsOf(company)).toMatchObject([
      { email: "old@leads.test", first_name: "Record 2", city: "Puebla", record_number: 1 },
      { email: "new@leads.test", first_name: "Record 1", city: null, record_number: 1 },
    ]);
  });

  it("lets the first record win even where it changes nothing", async () => {
    const company = await createCompany();
    await importFile(company, csv({ email: "old@leads.test", city: "Puebla" }));
    const file = csv(
      { email: "old@leads.test", city: "Puebla" },
      { email: "old@leads.test", city: "Madrid" },
    );
    expect(await importFile(company, file, "update")).toEqual([0, 0, 1, 1, 0, 0]);
    expect(await onlyLeadOf(company)).toMatchObject({ city: "Puebla" });
  });

  it("replaces custom fields by name, and keeps the others", async () => {
    const company = await createCompany();
    await importFile(company, csv({ email: "a@leads.test", A: "1", B: "2", C: "3" }));
    const file = csv({ email: "a@leads.test", B: "two", C: "", D: "4", stage: "Nowhere" });
    expect(await importFile(company, file, "update")).toEqual([0, 1, 0, 0, 0, 1]);
    const lead = await onlyLeadOf(company);
    expect(JSON.parse(String(lead.custom_fields))).toEqual({
      A: "1",
      B: "two",
      C: "3",
      D: "4",
      stage: "Nowhere",
    });
    expect(lead.stage_id).toBe(1);
  });

  it("moves a lead to another stage only where the record names one", async () => {
    const company = await createCompany();
    await importFile(company, csv({ email: "a@leads.test", stage: "Won" }));
    const file = csv({ email: "a@leads.test", stage: "", city: "Puebla" });
    expect(await importFile(company, file, "update")).toEqual([0, 1, 0, 0, 0, 0]);
    expect(await onlyLeadOf(company)).toMatchObject({ stage_id: 6, city: "Puebla" });
    await importFile(company, csv({ email: "a@leads.test", stage: "new" }), "update");
    expect(await onlyLeadOf(company)).toMatchObject({ stage_id: 1 });
  });

  it("gives a campaign to leads that have none, and takes none away", async () => {
    const company = await createCompany();
    const [first, second] = [await createCampaign(company, "First"), await createCampaign(company, "Second")];
    const file = csv({ email: "a@leads.test" });
    await importFile(company, file);
    expect(await importFile(company, file, "update", { campaignId: first.id })).toEqual([0, 1, 0, 0, 0, 0]);
    expect(await onlyLeadOf(company)).toMatchObject({ campaign_id: first.id });
    for (const campaignId of [first.id, second.id, null]) {
      expect(await importFile(company, file, "update", { campaignId })).toEqual([0, 0, 1, 0, 0, 0]);
      expect(await onlyLeadOf(company)).toMatchObject({ campaign_id: first.id });
    }
  });

  it("does not take the import's source for a lead that has one, or for one that was there", async () => {
    const company = await createCompany();
    const { token } = await createUser({ access: [{ company, role: "manager" }] });
    await importFile(company, csv({ email: "own@leads.test", source: "Own" }, { email: "none@leads.test" }));
    const file = csv(...["own", "none", "new"].map((name) => ({ email: `${name}@leads.test` })));
    const started = await upload(token, company.id, file, "&on_duplicate=update&source=Fair");
    const ended = await waitForImport(started.import_code, token);
    expect(ended).toMatchObject({ created_records: 1, updated_records: 0, unchanged_records: 2 });
    expect((await leadsOf(company)).map(({ source }) => source)).toEqual(["Own", null, "Fair"]);
  });

  it("updates the first lead of a key, not its copies", async () => {
    const company = await createCompany();
    await importFile(company, csv({ email: "a@leads.test" }, { email: "a@leads.test" }), "create");
    await importFile(company, csv({ email: "a@leads.test", city: "Puebla" }), "update");
    expect((await leadsOf(company)).map(({ city }) => city)).toEqual(["Puebla", null]);
  });

  const GOOD = "+525512345678";
  it.each([
    ["a phone where there is none", "", "55 1234 5678", GOOD, null],
    ["a phone that says more where there is none", "", "55 1234 5678 ext. 9", GOOD, "55 1234 5678 ext. 9"],
    ["an unreadable phone where there is none", "", "12", null, "12"],
    ["another unreadable phone", "12", "34", null, "34"],
    ["a phone in place of an unreadable one", "12", "55 1234 5678", GOOD, null],
    ["an unreadable phone beside a good one", "55 1234 5678", "12", GOOD, null],
    ["nothing beside a phone that says more", "55 1234 5678 ext. 9", "", GOOD, "55 1234 5678 ext. 9"],
    [
      "the same phone beside one that says more",
      "5512345678 ext. 9",
      "5512345678",
      GOOD,
      "5512345678 ext. 9",
    ],
    ["the same phone that says more", "55 1234 5678", "5512345678 ext. 9", GOOD, "5512345678 ext. 9"],
    ["another phone beside one that says more", "5512345679 ext. 9", "55 1234 5678", GOOD, null],
  ])("brings %s", async (_, before, record, phone, phoneRaw) => {
    const company = await createCompany();
    await importFile(company, csv({ email: "a@leads.test", phone: before }));
    await importFile(company, csv({ email: "a@leads.test", phone: record }), "update");
    expect(await onlyLeadOf(company)).toMatchObject({ phone, phone_raw: phoneRaw });
    await makeOld(company);
    const again = await importFile(company, csv({ email: "a@leads.test", phone: record }), "update");
    expect(again.slice(1, 3)).toEqual([0, 1]);
    expect(await onlyLeadOf(company)).toMatchObject({ phone, phone_raw: phoneRaw, updated_at: 1 });
  });
});

describe("on_duplicate=create", () => {
  it("links each copy to the first lead of its key: in one chunk, across chunks, across imports", async () => {
    const company = await createCompany();
    await importFile(company, csv({ email: "old@leads.test", first_name: "Old" }));
    const records = Array.from({ length: 13 }, (_, index) => ({
      email: ["old@leads.test", "NEW@leads.test", `own${index}@leads.test`][index % 3] ?? "",
      first_name: `Record ${index + 1}`,
    }));
    expect(await importFile(company, csv(...records), "create")).toEqual([13, 0, 0, 0, 0, 0]);
    expect(await importFile(company, csv(...records), "create")).toEqual([13, 0, 0, 0, 0, 0]);
    const leads = await leadsOf(company);
    expect(leads).toHaveLength(27);
    const firsts = new Map<unknown, LeadRow>();
    for (const lead of leads) {
      const first = firsts.get(lead.email);
      expect(lead.duplicate_of, `${lead.email}, record ${lead.record_number}`).toBe(first?.id ?? null);
      if (!first) firsts.set(lead.email, lead);
    }
    expect([...firsts.values()].map((lead) => [lead.email, lead.first_name])).toEqual(
      expect.arrayContaining([
        ["old@leads.test", "Old"],
        ["new@leads.test", "Record 2"],
      ]),
    );
    // Every copy has what its own record says.
    const copies = leads.filter(({ duplicate_of: first }) => first !== null);
    expect(copies).toHaveLength(9 + 13 - 1);
    for (const copy of copies) expect(copy.first_name).toBe(`Record ${copy.record_number}`);
  });
});

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

describe("columns that nobody knows", () => {
  it("are kept under any name: __proto__, constructor, quotes, twice the same, none", async () => {
    const company = await createCompany();
    const header = 'email,__proto__,constructor,toString,"a ""b"" \\c",Same,Same,,名前,$.x,[0]';
    const file = `${header}\nz@leads.test,1,2,3,4,5,6,7,8,9,10\n`;
    const fields = [
      ["__proto__", "1"],
      ["constructor", "2"],
      ["toString", "3"],
      ['a "b" \\c', "4"],
      ["Same", "5"],
      ["Same (2)", "6"],
      ["column_8", "7"],
      ["名前", "8"],
      ["$.x", "9"],
      ["[0]", "10"],
    ];
    expect(await importFile(company, file)).toEqual([1, 0, 0, 0, 0, 0]);
    const stored = async () => Object.entries(JSON.parse(String((await onlyLeadOf(company)).custom_fields)));
    expect(await stored()).toEqual(fields);
    expect(await importFile(company, file, "update")).toEqual([0, 0, 1, 0, 0, 0]);
    expect(await importFile(company, file.replace(",1,2,", ",one,,"), "update")).toEqual([0, 1, 0, 0, 0, 0]);
    expect(await stored()).toEqual([["__proto__", "one"], ...fields.slice(1)]);
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

it("puts spaces for control characters, and drops them from an e-mail", async () => {
  const company = await createCompany();
  const controls = Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)).filter(
    (character) => !"\t\n\r".includes(character) && character !== "\0",
  );
  const dirty = `a${controls.join("")}b\u007f\u0085c`;
  const head = "email,first_name,notes,Field\n";
  // The head of the file is plain: with NUL there it would not be taken for text.
  const plain = Array.from({ length: 200 }, (_, n) => `plain-${n}@leads.test,${"x".repeat(40)},,\n`).join("");
  const file = `${head}${plain}dir${controls.join("")}ty@leads.test,${dirty},"${dirty}\t1\r\n2",\0${dirty}\0\nbad\u0001,${dirty}\0,,\n`;
  expect(await importFile(company, file)).toEqual([201, 0, 0, 0, 1, 0]);
  expect((await leadsOf(company)).at(-1)).toMatchObject({
    email: "dirty@leads.test",
    first_name: "a b c",
    notes: "a b c\t1\n2",
    custom_fields: '{"Field":"a b c"}',
  });
  const cells = await company.database
    .prepare("SELECT cells FROM import_rejections ORDER BY import_id DESC LIMIT 1")
    .first<string>("cells");
  expect(JSON.parse(cells ?? "")).toEqual(["bad", "ab\u007f\u0085c", "", ""]);
});
