import { describe, expect, it } from "vitest";
import { upload, waitForImport } from "../../harness/api.ts";
import { createCompany, createUser } from "../../harness/factories.ts";
import { ANA, ANA_STORED, csv, importFile, type LeadRow, leadsOf, OTHER, onlyLeadOf } from "./imported.ts";

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
