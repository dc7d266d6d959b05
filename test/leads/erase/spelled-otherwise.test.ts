import { env } from "cloudflare:test";
import { beforeAll, expect, test } from "vitest";
import { bodyOf, call, upload, waitForImport } from "../../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../harness/factories.ts";
import { createLead } from "../../harness/leads.ts";

/** A person is looked for in the records of imports as the import reads them. */

let company: TestCompany;
let owner: TestUser;

beforeAll(async () => {
  company = await createCompany();
  owner = await createUser({ access: [{ company, role: "owner" }] });
});

async function imported(lines: string[], query = "") {
  const sent = await upload(owner.token, company.id, `${lines.join("\n")}\n`, query);
  return waitForImport(sent.import_code, owner.token);
}

async function erase(id: number): Promise<void> {
  await bodyOf(call(`/leads/${id}/erase`, { token: owner.token, method: "POST" }), 202);
  for (let turn = 0; turn < 600; turn++) {
    const { erasures } = await bodyOf(call(`/companies/${company.id}/erasures`, { token: owner.token }));
    if (erasures.every(({ status }: { status: string }) => status === "completed")) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the erasure never ends");
}

async function rejectedOf(code: string): Promise<number[]> {
  const { results } = await company.database
    .prepare(
      `SELECT record_number AS record FROM import_rejections
       WHERE import_id = (SELECT id FROM imports WHERE import_code = ?) ORDER BY record_number`,
    )
    .bind(code)
    .all<{ record: number }>();
  return results.map(({ record }) => record);
}

const originalOf = async (code: string) =>
  await company.database
    .prepare("SELECT file_key FROM imports WHERE import_code = ?")
    .bind(code)
    .first("file_key");

test("in rejected records, however they are spelled there", async () => {
  const { import_code: code } = await imported([
    "email,area_code,phone,external_id,notes",
    "nobody@,,,,",
    "ana&#64;one.test x,,,,",
    "ana\\u0040one.test x,,,,",
    "ana＠one．test x,,,,",
    "ana\u200b@one.test x,,,,",
    "broken@,,,,see ANA @ one.test",
    "broken@,,,,call ＋52 ５５ 1234 5678",
    "broken@,212,,,no 555 1234",
    "broken@,,,a-77,",
    "broken@,,,x,a-77",
  ]);
  expect(await rejectedOf(code)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  const lead = await createLead(company, {
    email: "ana@one.test",
    phone: "+525512345678",
    externalId: "a-77",
  });
  await erase(lead.id);
  // The last one has the id where no id was read.
  expect(await rejectedOf(code)).toEqual([1, 8, 10]);
  const { import_file: shown } = await bodyOf(call(`/import/${code}`, { token: owner.token }));
  const report = await (await call(shown.error_file.slice(shown.error_file.indexOf("/import/")))).text();
  expect(report.trim().split("\r\n")).toHaveLength(4);
});

test("in rejected records whose phone has its area code in another column", async () => {
  const own = ["email,phone,area code,external_id", "luis@one.test,,,t-1"];
  await imported(own);
  // Of two records with one external id, the second is rejected, whatever its phone is.
  const { import_code: code } = await imported(
    [
      "email,phone,area code,external_id,country",
      "eva@two.test,555-0142,212,t-1,US",
      "eva@two.test,555-0143,212,t-1,US",
    ],
    "&match_by=email",
  );
  expect(await rejectedOf(code)).toEqual([1, 2]);
  const lead = await createLead(company, { email: null, phone: "+12125550142" });
  await erase(lead.id);
  expect(await rejectedOf(code)).toEqual([2]);
});

test("in originals by an external id alone, in the columns that were read as such", async () => {
  const lead = await createLead(company, { email: null, phone: null, externalId: "crm-5" });
  const [skipped, other, elsewhere] = [
    await imported(["crm id,city", " crm-5 ,Lima"], `&match_by=external_id&mapping=${MAPPING}`),
    await imported(["crm id,city", "crm-55,crm-5"], `&match_by=external_id&mapping=${MAPPING}`),
    await imported(["email,city", "otto@one.test,crm-5"]),
  ];
  await erase(lead.id);
  expect(await originalOf(skipped.import_code)).toBe("");
  expect(await originalOf(other.import_code)).not.toBe("");
  expect(await originalOf(elsewhere.import_code)).not.toBe("");
  expect(await env.FILES.head((await originalOf(other.import_code)) as string)).not.toBeNull();
});

test("in the ledger of imports: the name of a file, a header, the reason of a failure", async () => {
  const lead = await createLead(company, { email: "kim@three.test", phone: "+525587654321" });
  const headless = await imported(["KIM@three.test", "kim@three.test"]);
  const named = await imported(
    ["email,note to kim@three.test", "bad@,x"],
    `&file_name=${encodeURIComponent("leads of kim@three.test.csv")}`,
  );
  const rows = async () => {
    const { results } = await company.database
      .prepare("SELECT * FROM imports WHERE import_code IN (?, ?) ORDER BY id")
      .bind(headless.import_code, named.import_code)
      .all();
    return JSON.stringify(results).toLowerCase();
  };
  expect(await rows()).toContain("kim@three.test");
  await erase(lead.id);
  expect(await rows()).not.toContain("kim@three.test");
  const { import_file: shown } = await bodyOf(call(`/import/${named.import_code}`, { token: owner.token }));
  expect(shown).toMatchObject({ failed_records: 1 });
  const report = await (await call(shown.error_file.slice(shown.error_file.indexOf("/import/")))).text();
  expect(report).toContain("email,(erased),_row");
  expect((await env.FILES.list({ prefix: `imports/${named.import_code}/` })).objects).toHaveLength(1);
});

const MAPPING = encodeURIComponent(JSON.stringify({ "crm id": "external_id" }));
