import { env } from "cloudflare:test";
import { beforeAll, describe, expect, it } from "vitest";
import { CHUNK_LIMITS } from "../../../src/imports/readers/records.ts";
import { bodyOf, call, ORIGIN, upload, waitForImport } from "../../harness/api.ts";
import { createCampaign, createCompany, createUser, type TestCompany } from "../../harness/factories.ts";
import { deliver, prepareImport } from "../../harness/import-run.ts";
import { encode, joinBytes } from "../readers/csv/csv-text.ts";

let company: TestCompany;
let token: string;

beforeAll(async () => {
  company = await createCompany();
  ({ token } = await createUser({ access: [{ company, role: "manager" }] }));
});

/** Imports a file through the API and the queue. @returns the import as the API shows it at its end. */
async function importFile(file: Uint8Array | string, query = "") {
  const bytes = typeof file === "string" ? encode(file, "utf-8") : file;
  const { import_code: code } = await upload(token, company.id, bytes, query);
  return await waitForImport(code, token);
}

/** What every failed import shows, however far it came. */
// biome-ignore lint/suspicious/noExplicitAny: an answer of the API.
function expectFailed(shown: any, code: string, detail: RegExp) {
  expect(shown).toMatchObject({
    status: 4,
    status_name: "failed",
    total_records: null,
    failure: { code, detail: expect.stringMatching(detail) },
    started_at: expect.any(String),
    finished_at: expect.any(String),
  });
  const { created_records, updated_records, unchanged_records, duplicate_records, failed_records } = shown;
  expect(shown.processed_records).toBe(
    created_records + updated_records + unchanged_records + duplicate_records + failed_records,
  );
  expect(shown.progress).toBeLessThanOrEqual(100);
}

/** What the store holds of an import. */
async function storedOf(code: string, at: TestCompany = company) {
  return await at.database
    .prepare(
      `SELECT (SELECT count(*) FROM leads WHERE import_id = i.id) AS leads,
         (SELECT count(*) FROM import_rejections WHERE import_id = i.id) AS rejections
       FROM imports i WHERE import_code = ?`,
    )
    .bind(code)
    .first<{ leads: number; rejections: number }>();
}

const LEADS = Array.from({ length: 3000 }, (_, n) => `person-${n}@leads.test,Person ${n}`).join("\n");

describe("a file without a single usable record", () => {
  it.each<[string, Uint8Array | string, string, RegExp]>([
    ["empty", "", "empty_file", /first line must name the columns/],
    ["nothing but a byte order mark", "\uFEFF", "empty_file", /first line must name the columns/],
    ["nothing but blank lines", "\n\r\n  \n,,,\n\n", "empty_file", /first line must name the columns/],
    ["nothing but a header", "email,first_name\n", "no_records", /nothing below it.*send it again/],
    ["nothing but a header and blank records", "email,a\n,\n \n,\n", "no_records", /nothing below it/],
    [
      "a picture",
      joinBytes([0x89], encode("PNG\r\n\x1a\n", "utf-8"), new Uint8Array(500)),
      "binary_file",
      /an image.*as CSV/,
    ],
    [
      "half a workbook",
      joinBytes(encode("PK\x03\x04\x14\0", "utf-8"), new Uint8Array(500)),
      "damaged_archive",
      /Save or pack it again/,
    ],
    [
      "text with NUL in it",
      `email\n${"a\0b".repeat(10)}\n`,
      "binary_file",
      /full of control characters.*as CSV UTF-8/,
    ],
    ["a web page", "<!DOCTYPE html><html><body>email</body></html>", "not_a_table", /a web page/],
    ["JSON", '[{"email": "a@leads.test"}]', "not_a_table", /JSON/],
    [
      "no column of an e-mail or a phone",
      "name,city\nAna,Puebla\n",
      "no_contact_column",
      /“name”, “city”.*mapping/,
    ],
    [
      "a quote in the header that never closes",
      `"email,name\n${LEADS}`,
      "unclosed_quote",
      /Close or remove it/,
    ],
    ["a header of 100 KiB", `email,${"x".repeat(100 * 1024)}\na@leads.test,1\n`, "header_too_long", /64 KiB/],
    ["a header with one long name", `email,${"x".repeat(256)}\na@leads.test,1\n`, "header_too_long", /255/],
    ["one line that never ends", "x".repeat(2 * 1024 * 1024), "header_too_long", /line breaks/],
  ])("fails: %s", async (_, file, code, detail) => {
    const shown = await importFile(file);
    expectFailed(shown, code, detail);
    expect(shown).toMatchObject({ processed_records: 0, success_rate: 0, error_file: null });
    expect(await storedOf(shown.import_code)).toEqual({ leads: 0, rejections: 0 });
    // What came is kept, so that one can look at it.
    const original = await call(shown.original_file.replace(`${ORIGIN}/api/v1`, ""));
    expect([original.status, (await original.arrayBuffer()).byteLength]).toEqual([200, shown.file.bytes]);
  });

  it.each([
    [
      "names a column that the file lacks",
      { Mail: "email" },
      "mapping_column_missing",
      /“Mail”.*“email”, “name”/,
    ],
    ["leaves the only e-mail out", { email: null }, "no_contact_column", /mapping/],
  ])("fails where the mapping %s", async (_, mapping, code, detail) => {
    const query = `&mapping=${encodeURIComponent(JSON.stringify(mapping))}`;
    const shown = await importFile("email,name\na@leads.test,Ana\n", query);
    expectFailed(shown, code, detail);
    expect(await storedOf(shown.import_code)).toEqual({ leads: 0, rejections: 0 });
  });
});

describe("a file that goes bad further on", () => {
  const GOOD = 3000;

  it.each([
    ["a cell of 3 MB", `big@leads.test,${"x".repeat(3_000_000)}\nlost@leads.test,x\n`, "record_too_large"],
    [
      "a quoted cell of 3 MB",
      `big@leads.test,"${"x".repeat(3_000_000)}"\nlost@leads.test,x\n`,
      "record_too_large",
    ],
  ])("keeps and counts the records before %s", async (_, tail, code) => {
    const own = await createCompany();
    const user = await createUser({ access: [{ company: own, role: "manager" }] });
    const file = `email,name\n${LEADS}\nnot-an-address,=Bad\n${tail}`;
    const { import_code: importCode } = await upload(user.token, own.id, file);
    const shown = await waitForImport(importCode, user.token);
    expectFailed(
      shown,
      code,
      new RegExp(`ecord ${GOOD + 2}, which starts on line ${GOOD + 3}.*import (the file|it) again`),
    );
    expect(shown).toMatchObject({
      processed_records: GOOD + 1,
      created_records: GOOD,
      failed_records: 1,
      success_rate: 99.96,
    });
    expect(shown.progress).toBeGreaterThan(0);
    expect(shown.progress).toBeLessThan(100);
    expect(await storedOf(importCode, own)).toEqual({ leads: GOOD, rejections: 1 });
    const errors = await call(shown.error_file.replace(`${ORIGIN}/api/v1`, ""));
    const [header, row, ...rest] = (await errors.text()).split("\r\n");
    expect([header, rest]).toEqual(["email,name,_row,_code,_reason", [""]]);
    expect(row).toMatch(new RegExp(`^not-an-address,'=Bad,${GOOD + 1},invalid_email,`));
    // Once it is mended, sending it again imports the rest.
    const mended = await upload(user.token, own.id, `email,name\n${LEADS}\nlost@leads.test,x\n`);
    expect(await waitForImport(mended.import_code, user.token)).toMatchObject({
      status: 2,
      created_records: 1,
      duplicate_records: GOOD,
    });
  });

  it("goes on after a quote that never closes: it costs the record that it opens in", async () => {
    const own = await createCompany();
    const code = await prepareImport(
      own,
      'email,name\na@leads.test,Ana\nb@leads.test,"Bo\nc@leads.test,Cy\n',
    );
    expect(await deliver(code)).toBe(true);
    const user = await createUser({ access: [{ company: own, role: "viewer" }] });
    const { import_file: shown } = await bodyOf(call(`/import/${code}`, { token: user.token }));
    expect(shown).toMatchObject({ status: 3, total_records: 3, created_records: 2, failed_records: 1 });
    const rejection = await own.database
      .prepare(
        `SELECT record_number, code, reason FROM import_rejections
         WHERE import_id = (SELECT id FROM imports WHERE import_code = ?)`,
      )
      .bind(code)
      .first();
    expect(rejection).toMatchObject({
      record_number: 2,
      code: "unclosed_quote",
      reason: expect.stringMatching(/line 3/),
    });
  });

  it("has no error file where nothing was rejected", async () => {
    const own = await createCompany();
    const code = await prepareImport(
      own,
      `email,name\na@leads.test,Ana\nb@leads.test,${"x".repeat(300_000)}\n`,
    );
    expect(await deliver(code)).toBe(true);
    const user = await createUser({ access: [{ company: own, role: "viewer" }] });
    const { import_file: shown } = await bodyOf(call(`/import/${code}`, { token: user.token }));
    expectFailed(shown, "record_too_large", /Record 2, which starts on line 3/);
    expect(shown).toMatchObject({ created_records: 1, error_file: null });
  });

  it("says that the original is gone, before the first record or between two", async () => {
    for (const begun of [false, true]) {
      const own = await createCompany({ store: 1 });
      const code = await prepareImport(own, `email,name\nbad,\n${LEADS}`);
      // Chunks of 20 records and reads of 4 KiB, so that some of the file is not read yet.
      const limits = { ...CHUNK_LIMITS, records: 20, readBytes: 4096 };
      const row = await own.database
        .prepare("SELECT file_key FROM imports WHERE import_code = ?")
        .bind(code)
        .first<{ file_key: string }>();
      if (begun) {
        let steps = 3;
        const newSlice = () => ({ over: () => steps-- === 0 });
        expect(
          await deliver(code, {
            limits,
            newSlice,
            env: { ...env, IMPORTS: { send: async () => {} } } as unknown as Env,
          }),
        ).toBe(true);
      }
      await env.FILES.delete(row?.file_key ?? "");
      expect(await deliver(code, { limits })).toBe(true);
      const user = await createUser({ access: [{ company: own, role: "viewer" }] });
      const { import_file: shown } = await bodyOf(call(`/import/${code}`, { token: user.token }));
      expectFailed(shown, "original_missing", /Upload it again/);
      expect(shown).toMatchObject(
        begun
          ? { created_records: 59, failed_records: 1, error_file: expect.any(String) }
          : { processed_records: 0, error_file: null },
      );
      expect(await storedOf(code, own)).toEqual(
        begun ? { leads: 59, rejections: 1 } : { leads: 0, rejections: 0 },
      );
    }
  });
});

it("says what to do when the campaign's question takes the only e-mail column", async () => {
  const campaign = await createCampaign(company);
  const query = `&campaign_id=${campaign.id}`;
  await company.database
    .prepare(
      `INSERT INTO questions (company_id, campaign_id, key, text, kind, position)
       VALUES (?, ?, 'email', 'Which address?', 'text', 1)`,
    )
    .bind(company.id, campaign.id)
    .run();
  expectFailed(await importFile("email\na@leads.test\n", query), "no_contact_column", /“email”.*mapping/);
});

it("leaves no import pending or processing behind", async () => {
  const { results } = await env.LEADS_0.prepare(
    "SELECT import_code FROM imports WHERE status IN (0, 1)",
  ).all();
  expect(results).toEqual([]);
  const others = await env.LEADS_1.prepare("SELECT import_code FROM imports WHERE status IN (0, 1)").all();
  expect(others.results).toEqual([]);
});
