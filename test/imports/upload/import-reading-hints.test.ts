import { describe, expect, test } from "vitest";
import { call, problemOf, upload, waitForImport } from "../../harness/api.ts";
import { createCompany, createUser } from "../../harness/factories.ts";
import { encodeText } from "../readers/encodings/encode.ts";

const company = await createCompany();
const { token } = await createUser({ access: [{ company, role: "manager" }] });

async function importFile(file: Uint8Array | string, query: string) {
  const { import_code: code } = await upload(token, company.id, file, query);
  return waitForImport(code, token);
}

async function leadOf(email: string) {
  return company.database
    .prepare("SELECT first_name, last_name, phone, notes FROM leads WHERE company_id = ? AND email = ?")
    .bind(company.id, email)
    .first();
}

describe("what the sender knows of a file", () => {
  test("a file without a header has columns A, B, C", async () => {
    const mapping = encodeURIComponent(JSON.stringify({ A: "email", B: "first_name" }));
    const ended = await importFile(
      "no.header@leads.test,Ana\nno.header2@leads.test,Eva\n",
      `&header_row=0&mapping=${mapping}`,
    );
    expect(ended).toMatchObject({ status: 2, created_records: 2, file: { header_row: 0, delimiter: "," } });
    expect(await leadOf("no.header@leads.test")).toMatchObject({ first_name: "Ana" });
  });

  test("without a header and without a word about it, it fails and says so", async () => {
    const ended = await importFile("quiet@leads.test\nquiet2@leads.test\n", "");
    expect(ended).toMatchObject({ status: 4, failure: { code: "no_header" }, created_records: 0 });
  });

  test("the line of the header", async () => {
    const ended = await importFile("email,name\nemail,first name\nthird@leads.test,Ana\n", "&header_row=2");
    expect(ended).toMatchObject({ status: 2, created_records: 1, file: { header_row: 2 } });
    const problem = await problemOf(
      call(`/import?company_id=${company.id}&header_row=9`, {
        token,
        method: "POST",
        body: "email,name\nbeyond@leads.test,Ana\n",
        headers: { "Content-Type": "text/csv" },
      }),
      422,
    );
    expect(problem.errors).toMatchObject([{ pointer: "/header_row", code: "header_row_missing" }]);
  });

  test("the delimiter", async () => {
    const ended = await importFile("email^notes\ncaret@leads.test^one, two; three\n", "&delimiter=%5E");
    expect(ended).toMatchObject({ status: 2, file: { delimiter: "^" } });
    expect(await leadOf("caret@leads.test")).toMatchObject({ notes: "one, two; three" });
  });

  test.each(["macintosh", "ibm850", "iso-8859-15", "utf-16le"] as const)(
    "the encoding: %s",
    async (encoding) => {
      const email = `${encoding}@leads.test`;
      const file = encodeText(`email,name\n${email},José Núñez\n`, encoding);
      const ended = await importFile(file, `&encoding=${encoding}`);
      expect(ended).toMatchObject({
        status: 2,
        file: { encoding, encoding_confidence: "certain" },
        warnings: [],
      });
      expect(await leadOf(email)).toMatchObject({ first_name: "José", last_name: "Núñez" });
    },
  );

  test.each([
    ["encoding", "klingon"],
    ["encoding", "iso-2022-jp"],
    ["delimiter", "%C3%A9"],
    ["header_row", "-1"],
    ["header_row", "first"],
  ])("%s=%s is refused by name, and nothing is stored", async (field, value) => {
    const count = "SELECT count(*) AS n FROM imports WHERE company_id = ?";
    const before = await company.database.prepare(count).bind(company.id).first("n");
    const answer = call(`/import?company_id=${company.id}&${field}=${value}`, {
      token,
      method: "POST",
      body: "email\na@leads.test\n",
      headers: { "Content-Type": "text/csv" },
    });
    const problem = await problemOf(answer, 422);
    expect(problem.errors).toMatchObject([{ pointer: `/${field}` }]);
    expect(await company.database.prepare(count).bind(company.id).first("n")).toBe(before);
  });
});

test("an encoding that is in doubt is said, with a warning for each record that it touches", async () => {
  // One word in letters of which several languages write one in this byte: Peña, Peąa.
  const file = Uint8Array.from([
    ...encodeText("email,city\n", "utf-8"),
    ...encodeText("doubt@leads.test,Pe±a\nplain@leads.test,Rome\n", "windows-1252"),
  ]);
  const ended = await importFile(file, "");
  expect(ended).toMatchObject({ status: 2, created_records: 2, warning_records: 1 });
  expect(ended.file.encoding_confidence).toBe("doubtful");
  expect(ended.warnings).toMatchObject([{ code: "encoding_in_doubt" }]);
});
