import { describe, expect, it } from "vitest";
import { upload, waitForImport } from "../../harness/api.ts";
import { createCampaign, createCompany, createUser, type TestCompany } from "../../harness/factories.ts";
import { ANA, ANA_STORED, csv, importFile, leadsOf, OTHER, onlyLeadOf } from "./imported.ts";

/** Makes all leads old, so that any change of theirs shows in `updated_at`. */
async function makeOld(company: TestCompany): Promise<void> {
  await company.database
    .prepare("UPDATE leads SET created_at = 1, updated_at = 1 WHERE company_id = ?")
    .bind(company.id)
    .run();
}

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
