import { beforeAll, describe, expect, test } from "vitest";
import { ImportFileAnswer } from "../../../src/imports/schemas.ts";
import { bodyOf, call, waitForImport } from "../../harness/api.ts";
import { createCampaign } from "../../harness/factories.ts";
import { FORM_TYPE, formBytes, inPieces, type Part } from "../../harness/form.ts";
import {
  CSV,
  company,
  createParty,
  expectStored,
  field,
  fileOf,
  manager,
  rowOf,
  sendForm,
  sha256,
  utf8,
} from "./upload-party.ts";

beforeAll(createParty);

describe("a form", () => {
  test("is answered at once with where to follow its import, which then runs", async () => {
    const answer = await sendForm([field("company_id", company.id), fileOf()]);
    const body = ImportFileAnswer.parse(await bodyOf(answer, 202));
    const { import_code: code } = body.import_file;
    expect(answer.headers.get("Location")).toBe(`/api/v1/import/${code}`);
    expect(answer.headers.get("Idempotent-Replayed")).toBeNull();
    expect(body.import_file).toMatchObject({
      status_name: "pending",
      total_records: null,
      processed_records: 0,
      company: { id: company.id, name: company.name },
      imported_by: { id: manager.id },
      on_duplicate: "skip",
      campaign_id: null,
      file: { name: "leads.csv", bytes: CSV.length, sha256: sha256(utf8(CSV)) },
    });
    await expectStored(code, utf8(CSV));
    const done = await waitForImport(code, manager.token);
    expect(done).toMatchObject({ status_name: "completed", total_records: 2, created_records: 2 });
    const leads = await company.database
      .prepare("SELECT email FROM leads WHERE company_id = ? ORDER BY id")
      .bind(company.id)
      .all();
    expect(leads.results).toEqual([{ email: "ana@example.test" }, { email: "luis@example.test" }]);
  });

  test.each([
    ["before the file", (fields: Part[]) => [...fields, fileOf()]],
    ["after the file", (fields: Part[]) => [fileOf(), ...fields]],
    ["around the file", ([first, ...rest]: Part[]) => [first as Part, fileOf(), ...rest]],
  ])("may have its fields %s", async (_, arrange) => {
    const campaign = await createCampaign(company);
    const parts = arrange([
      field("company_id", company.id),
      field("campaign_id", campaign.id),
      field("on_duplicate", "update"),
      field("mapping", '{"first_name": "last_name", "email": "email"}'),
      field("source", " Fair "),
    ]);
    const { import_file: shown } = await bodyOf(sendForm(parts), 202);
    expect(shown).toMatchObject({ campaign_id: campaign.id, on_duplicate: "update" });
    const row = await rowOf(shown.import_code);
    expect(row).toMatchObject({ source: "Fair", campaign_id: campaign.id, company_id: company.id });
    expect(JSON.parse(String(row.mapping))).toEqual({ first_name: "last_name", email: "email" });
  });

  test("may leave fields empty", async () => {
    const empty = ["campaign_id", "on_duplicate", "mapping", "source"].map((name) => field(name, ""));
    const { import_file: shown } = await bodyOf(
      sendForm([...empty, field("company_id", company.id), fileOf()]),
      202,
    );
    expect(shown).toMatchObject({ campaign_id: null, on_duplicate: "skip" });
  });

  test.each([
    ["plain", "leads.csv", "leads.csv"],
    ["with escaped quotes", 'the \\"best\\" leads.csv', 'the "best" leads.csv'],
    ["with quotes as a browser writes them", "the %22best%22 leads.csv", 'the "best" leads.csv'],
    ["with a semicolon", "a;b=c.csv", "a;b=c.csv"],
    ["in UTF-8", "Año nuevo – 日本 🎉.csv", "Año nuevo – 日本 🎉.csv"],
    ["empty", "", "leads.csv"],
    ["of spaces", "   ", "leads.csv"],
  ])("may name its file: %s", async (_, written, kept) => {
    const parts = [field("company_id", company.id), fileOf(CSV, written)];
    const { import_file: shown } = await bodyOf(sendForm(parts), 202);
    expect(shown.file.name).toBe(kept);
  });

  test("made by a client of good manners", async () => {
    const body = new FormData();
    body.append("file", new File([CSV], "María's leads.csv", { type: "application/vnd.ms-excel" }));
    body.append("company_id", String(company.id));
    const answer = await call("/import", { token: manager.token, method: "POST", body });
    const { import_file: shown } = await bodyOf(answer, 202);
    expect(shown.file).toEqual({
      name: "María's leads.csv",
      bytes: CSV.length,
      sha256: sha256(utf8(CSV)),
      encoding: "utf-8",
      encoding_confidence: "certain",
      // Of how it is laid out nothing is known before it is read.
      delimiter: null,
      header_row: null,
      kind: null,
      sheet: null,
    });
  });

  test.each([1, 7, 64, 1000])("may arrive in pieces of %d bytes, without a length", async (size) => {
    // A file that looks like the boundary, and has every line end.
    const file = utf8(`email\r\n--\r\n------leadsy\n\r--${"-".repeat(30)}\rana@example.test\r\n\r\n`);
    const bytes = formBytes([
      field("company_id", company.id),
      { name: "file", fileName: "x.csv", value: file, headers: ["Content-Type: text/csv"] },
      field("source", "Fair"),
    ]);
    const answer = await call("/import", {
      token: manager.token,
      method: "POST",
      body: inPieces(bytes, size),
      headers: { "Content-Type": FORM_TYPE },
    });
    const { import_file: shown } = await bodyOf(answer, 202);
    await expectStored(shown.import_code, file);
    expect((await rowOf(shown.import_code)).source).toBe("Fair");
  });
});
