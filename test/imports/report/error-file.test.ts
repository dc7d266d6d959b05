import { env } from "cloudflare:test";
import Papa from "papaparse";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { CHUNK_LIMITS } from "../../../src/imports/readers/records.ts";
import { removeGuards } from "../../../src/text/spreadsheet-escape.ts";
import { call, ORIGIN, upload, waitForImport } from "../../harness/api.ts";
import type { Operation } from "../../harness/bindings.ts";
import { createCompany, createUser, type TestCompany } from "../../harness/factories.ts";
import { failOperations } from "../../harness/failing-operation.ts";
import { deliver, prepareImport, runToEnd, sliceOf } from "../../harness/import-run.ts";
import { howMany } from "../../harness/runtime/how-many.ts";
import { encode } from "../readers/csv/csv-text.ts";

const MARK = "\uFEFF";

/** The bytes of an import's error file as text, its byte order mark included; `null` where there is none. */
async function errorFileOf(code: string): Promise<string | null> {
  const object = await env.FILES.get(`imports/${code}/errors.csv`);
  return (
    object && new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await object.arrayBuffer())
  );
}

/** Imports a text. @returns its code and its error file, `""` where nothing was rejected. */
async function importFile(company: TestCompany, text: string) {
  const code = await prepareImport(company, text);
  expect(await deliver(code)).toBe(true);
  return { code, errorFile: (await errorFileOf(code)) ?? "" };
}

function cellsOf(text: string, delimiter: string): string[][] {
  const { data } = Papa.parse<string[]>(text.slice(MARK.length), { delimiter, skipEmptyLines: true });
  return data;
}

/** The leads of a company without what tells when and from where they came. */
async function leadsOf(company: TestCompany): Promise<unknown[]> {
  const { results } = await company.database
    .prepare(
      `SELECT email, phone, phone_raw, first_name, last_name, company_name, job_title, city, state,
         country, source, stage_id, notes, external_id, answers, custom_fields
       FROM leads WHERE company_id = ? ORDER BY coalesce(email, phone)`,
    )
    .bind(company.id)
    .all();
  return results;
}

/** The rejected records of an import: their codes, and their first cells. */
async function rejectionsOf(company: TestCompany, code: string, width: number) {
  const { results } = await company.database
    .prepare(
      `SELECT code, cells FROM import_rejections WHERE import_id = (SELECT id FROM imports WHERE import_code = ?)
       ORDER BY record_number`,
    )
    .bind(code)
    .all<{ code: string; cells: string }>();
  return results.map((row) => [row.code, (JSON.parse(row.cells) as string[]).slice(0, width)]);
}

describe.each([",", ";", "\t", "|"])("the error file of a file with %j", (delimiter) => {
  const cell = (text: string) => (/[",;|\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const HEADER = ["E-mail", "Phone", "First name", "Notes", "=Formula", ""];
  const line = (cells: string[]) => `${cells.map(cell).join(delimiter)}\r\n`;

  const RECORDS: [cells: string[], code: string][] = [
    [["good@leads.test", "", "Good", "", "", ""], ""],
    [["=cmd|' /C calc'!A0", "", "+1", "-2", "@sum", "\tTab"], "invalid_email"],
    [["bad,address", "", "\rReturn", "a\r\nb", "'quoted", "'=quoted"], "invalid_email"],
    [["", "12", ' "Lee" ', "; | , \t", "ñ “€” 😀", " "], "invalid_phone"],
    [["", "5.2155E+11", "Excel"], "excel_number"],
    [["", "", "Nobody", "", "", ""], "missing_contact"],
    [["extra@leads.test", "", "Extra", "", "", "", "", "one", "=two"], "extra_cells"],
    [["extra-2@leads.test", "", "Extra", "", "", "5", "over"], "extra_cells"],
    [["long@leads.test", "", "x".repeat(256), "", "", ""], "too_long"],
  ];
  const FILE = line(HEADER) + RECORDS.map(([cells]) => line(cells)).join("");
  const BAD = RECORDS.flatMap(([cells, code], index) => (code ? [{ cells, code, record: index + 1 }] : []));

  it("has the original's columns, then the number, the code and the reason; formulas are escaped", async () => {
    const company = await createCompany();
    const { errorFile } = await importFile(company, FILE);
    expect(errorFile.startsWith(MARK)).toBe(true);
    expect(errorFile.endsWith("\r\n")).toBe(true);
    const [header, ...rows] = cellsOf(errorFile, delimiter);
    expect(header).toEqual([
      "E-mail",
      "Phone",
      "First name",
      "Notes",
      "'=Formula",
      "column_6",
      ...["", "", ""],
      "_row",
      "_code",
      "_reason",
    ]);
    const escaped = (text: string) => {
      // No separator is followed by what would be a formula if the file were parted by it.
      if (text === "; | , \t") return "; | , \u2060\t\u2060";
      return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    };
    expect(rows).toEqual(
      BAD.map(({ cells, code, record }) => {
        const own = HEADER.map((_, index) => escaped(cells[index] ?? ""));
        const extra = ["", "", ""].map((none, at) => escaped(cells[HEADER.length + at] ?? none));
        return [...own, ...extra, String(record), code, expect.stringMatching(/\S{3}.*[^ ]$/)];
      }),
    );
    for (const cells of rows) for (const text of cells) expect(text).not.toMatch(/^[=+\-@\t\r]/);
  });

  it("gives the same rejections when it comes back as it is, and no new columns", async () => {
    const company = await createCompany();
    const first = await importFile(company, FILE);
    const again = await importFile(company, first.errorFile);
    const thrice = await importFile(company, again.errorFile);
    // The records have other numbers now.
    const told = ({ errorFile }: { errorFile: string }) =>
      cellsOf(errorFile, delimiter).map((cells) =>
        cells.with(cells.length - 3, cells.at(-3) === "_row" ? "_row" : "a number"),
      );
    expect(told(again)).toEqual(told(first));
    expect(thrice.errorFile).toBe(again.errorFile);

    const unescaped = (text: string) => removeGuards(text.replace(/^'(?=[=+\-@\t\r])/, ""));
    const stored = async ({ code }: { code: string }) =>
      (await rejectionsOf(company, code, HEADER.length)).map(([why, cells]) => [
        why,
        HEADER.map((_, index) => unescaped(cells?.[index] ?? "")),
      ]);
    expect(await stored(again)).toEqual(await stored(first));
    expect(await leadsOf(company)).toHaveLength(1);
  });

  it("brings in what is mended in it, as if it had been right at first", async () => {
    const company = await createCompany();
    const { errorFile } = await importFile(company, FILE);
    const [header = [], ...rows] = cellsOf(errorFile, delimiter);
    const mended = rows.map((cells, index) => {
      // Nothing stays in the columns without a name.
      const short = header.map((name, at) => (name === "" ? "" : (cells[at] ?? "")));
      if (short[2]?.length === 256) short[2] = "x";
      return short.with(0, `mended-${index}@leads.test`);
    });
    const { errorFile: rest } = await importFile(
      company,
      MARK + Papa.unparse([header, ...mended], { delimiter }),
    );
    expect(rest).toBe("");

    const other = await createCompany({ store: 1 });
    const right = BAD.map(({ cells }, index) => {
      const short = cells.slice(0, HEADER.length);
      if (short[2]?.length === 256) short[2] = "x";
      return line(short.with(0, `mended-${index}@leads.test`));
    });
    const plain = await importFile(other, [line(HEADER), line(RECORDS[0]?.[0] ?? []), ...right].join(""));
    expect(plain.errorFile).toBe("");
    const leads = await leadsOf(company);
    expect(leads).toHaveLength(1 + BAD.length);
    expect(leads).toEqual(await leadsOf(other));
  });
});

it("is UTF-8 whatever the original was, and comes with the API's link", async () => {
  const company = await createCompany();
  const { token } = await createUser({ access: [{ company, role: "manager" }] });
  const text = "Correo;Año\r\nnada;“2026” €\r\n";
  for (const encoding of ["windows-1252", "utf-16le"] as const) {
    const file = encode(encoding === "utf-16le" ? MARK + text : text, encoding);
    const { import_code: code } = await upload(token, company.id, file);
    const { error_file: link } = await waitForImport(code, token);
    const answer = await call(link.replace(`${ORIGIN}/api/v1`, ""));
    expect(answer.headers.get("Content-Type")).toBe("text/csv; charset=utf-8");
    const bytes = await answer.arrayBuffer();
    const errorFile = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    expect(errorFile).toMatch(
      /^\uFEFFCorreo;Año;_row;_code;_reason\r\nnada;“2026” €;1;invalid_email;.+\r\n$/,
    );
  }
});

it("of a file with another separator comes back in without the separator being named again", async () => {
  const company = await createCompany();
  const file = "E-mail^Notes^Ref; old\nbad^one, two; three | four^A-1\n";
  const code = await prepareImport(company, file, "skip", null, "MX", {}, { delimiter: "^" });
  expect(await deliver(code)).toBe(true);
  const errorFile = (await errorFileOf(code)) ?? "";
  const again = await importFile(company, errorFile.replace("bad", "good@leads.test"));
  expect(again.errorFile).toBe("");
  expect(await leadsOf(company)).toMatchObject([
    { email: "good@leads.test", notes: "one, two; three | four", custom_fields: '{"Ref; old":"A-1"}' },
  ]);
});

describe("a large error file", () => {
  // Every failure that is thrown here is logged, as it should be.
  beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => {}));

  const RECORDS = 780;
  // Three bytes a character, most of them: what is read in pages is counted in characters, what is written in bytes.
  const cell = "“—€—…—„—” “ñandú” ".repeat(320);
  const FILE = [
    "email,notes",
    ...Array.from({ length: RECORDS }, (_, n) => `nobody-${n},${n}: ${cell}`),
    "last@leads.test,",
  ].join("\n");

  /** Takes an import back to where all its records are in and its error file is not begun. */
  async function revoke(company: TestCompany, code: string): Promise<void> {
    await company.database
      .prepare(
        `UPDATE imports SET status = 1, report = NULL, error_file_key = NULL, finished_at = NULL,
           total_records = NULL WHERE import_code = ?`,
      )
      .bind(code)
      .run();
    await env.FILES.delete(`imports/${code}/errors.csv`);
  }

  async function digestOf(code: string): Promise<{ size: number; sha256: string }> {
    const bytes = await (await env.FILES.get(`imports/${code}/errors.csv`))?.arrayBuffer();
    if (!bytes) throw new Error("no error file");
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return { size: bytes.byteLength, sha256: [...hash].map((byte) => byte.toString(16)).join(" ") };
  }

  it("is the same in one go, a part at a time, and whatever operation fails", async () => {
    const company = await createCompany();
    const code = await prepareImport(company, FILE);
    expect(await deliver(code, { limits: CHUNK_LIMITS })).toBe(true);
    const rows = cellsOf((await errorFileOf(code)) ?? "", ",");
    expect(rows).toHaveLength(RECORDS + 1);
    for (const n of [0, 555, RECORDS - 1]) {
      const own = [`nobody-${n}`, `${n}: ${cell}`, String(n + 1), "invalid_email"];
      expect(rows[n + 1]?.slice(0, 4)).toEqual(own);
    }
    const expected = await digestOf(code);
    expect(expected.size).toBeGreaterThan(10 * 1024 * 1024);

    const operations: Operation[] = [];
    await revoke(company, code);
    // A slice that is over whenever it is asked: after every part.
    const partByPart = sliceOf(0);
    const deliveries = await runToEnd(
      code,
      (operation, call) => {
        operations.push(operation);
        return call();
      },
      { newSlice: partByPart },
    );
    expect(deliveries).toBeGreaterThan(2);
    expect(await digestOf(code)).toEqual(expected);
    expect(operations.filter(({ name }) => name === "uploadPart").length).toBeGreaterThan(2);

    // Of pages that are read one after the other, the first and the last.
    const isPage = (at: number) => operations[at]?.name === "all";
    const points = operations.flatMap((_, at) =>
      isPage(at - 1) && isPage(at) && isPage(at + 1) ? [] : [at],
    );
    expect(points.length).toBeGreaterThan(20);
    // R2's own hash of what it keeps, which need not be fetched for it.
    const hashOf = async () => (await env.FILES.head(`imports/${code}/errors.csv`))?.etag;
    const hash = await hashOf();
    expect(hash).toMatch(/./);
    const attempt: Parameters<typeof failOperations>[2] = async (around, what) => {
      await revoke(company, code);
      await runToEnd(code, around, { newSlice: partByPart });
      expect(await hashOf(), what).toBe(hash);
      const row = await company.database
        .prepare("SELECT status, report, total_records, error_file_key FROM imports WHERE import_code = ?")
        .bind(code)
        .first();
      expect(row, what).toEqual({
        status: 3,
        report: null,
        total_records: RECORDS + 1,
        error_file_key: `imports/${code}/errors.csv`,
      });
    };
    await failOperations(operations, points, attempt, howMany(16, 1));
  });
});
