import { env } from "cloudflare:test";
import { expect, it } from "vitest";
import { importedFrom } from "../../unpack/imported.ts";

it("makes a lead of each line, whatever keys it has", async () => {
  const lines = [
    '{"email":"ana@example.com","Nombre":"Ana","vip":true,"score":1.50,"nothing":null}',
    "",
    '{"phone":"55 1234 5678","order":12345678901234567890,"address":{"city":"Puebla","zip":"72000"}}',
    '{"email":"eva@example.com","tags_seen":["a","b"],"constructor":"x","__proto__":"y","odd":["a;b"],"half":"a\\ud800b"}',
  ];
  const { row, leads } = await importedFrom(lines.join("\r\n"));
  expect(row).toMatchObject({ status: 2, total_records: 3, failure_detail: null });
  expect<unknown>(leads).toMatchObject([
    { email: "ana@example.com", first_name: "Ana", custom_fields: { vip: "true", score: "1.5" } },
    {
      phone: "+525512345678",
      custom_fields: { order: "12345678901234567890", address: '{"city":"Puebla","zip":"72000"}' },
    },
    { email: "eva@example.com", custom_fields: { tags_seen: "a; b", odd: '["a;b"]', half: "a\ufffdb" } },
  ]);
  expect(JSON.stringify(leads[2]?.custom_fields)).toContain('"constructor":"x"');
});

it("reads a lead's own fields out of lists and objects, and no id as a phone", async () => {
  const { leads, rejected } = await importedFrom(
    [
      '{"phone":[{"id":5512345670,"value":"5512345678"}],"email":{"value":"ana@example.com","verified":true}}',
      '{"phone":{"country_code":"1","number":"8095550129"},"name":{"first":"Carla","last":"Ruiz"}}',
      '{"email":["eva@example.com",null],"name":{"full":"Eva"},"company_name":{"id":7,"name":"ACME"},"other":{"name":"x"}}',
      '{"phone":{"id":5512345671}}',
    ].join("\n"),
  );
  expect<unknown>(leads).toMatchObject([
    { email: "ana@example.com", phone: "+525512345678" },
    { phone: "+18095550129", first_name: "Carla", last_name: "Ruiz" },
    {
      email: "eva@example.com",
      first_name: "Eva",
      company_name: "ACME",
      custom_fields: { other: '{"name":"x"}' },
    },
  ]);
  expect(rejected).toMatchObject([{ record_number: 4 }]);
});

it("keeps numbers that would be rounded as they are written", async () => {
  const { leads } = await importedFrom(
    '{"email":"ana@example.com","a":1E400,"b":1e-400,"c":1234567890.12345678,"d":9007199254740993,"e1":1.50}',
  );
  expect(leads[0]?.custom_fields).toMatchObject({
    a: "1E400",
    b: "1e-400",
    c: "1234567890.12345678",
    d: "9007199254740993",
    e1: "1.5",
  });
});

it("finds a key that only the last of many lines has", async () => {
  const names = Array.from({ length: 20_000 }, (_, n) =>
    JSON.stringify({ email: `n${n}@example.com`, note: "x".repeat(60) }),
  );
  const lines = [
    ...names.slice(0, 10),
    ...names.slice(10).map((line, n) => (n % 400 ? "" : line)),
    '{"celular":"55 1234 5678"}',
  ];
  const { leads } = await importedFrom(`${lines.join("\n")}\n`);
  expect(leads.at(-1)).toMatchObject({ phone: "+525512345678" });
});

it("rejects a line that is no object, and no other", async () => {
  const file =
    '{"email":"ana@example.com"\n{"email":"luis@example.com"}\n[1]\n\n{"email":"eva@example.com"} x\n{"email":"max@example.com"}';
  const { row, leads, rejected, code: importCode } = await importedFrom(file);
  expect(leads.map(({ email }) => email)).toEqual(["luis@example.com", "max@example.com"]);
  expect(rejected.map(({ record_number, code }) => [record_number, code])).toEqual([
    [1, "invalid_json"],
    [3, "invalid_json"],
    [4, "invalid_json"],
  ]);
  expect(String(rejected[2]?.reason)).toContain("Line 5");
  expect(row).toMatchObject({ status: 3, total_records: 5 });
  const errors = await (await env.FILES.get(`imports/${importCode}/errors.csv`))?.text();
  expect(errors?.split("\r\n")[0]).toBe("email,_row,_code,_reason");
  expect(errors).toContain('"{""email"":""ana@example.com"""');
});

it.each([
  ["an array", '[{"email":"ana@example.com"}]', "not_a_table", /NDJSON/],
  ["one object over several lines", '{\n "email": "ana@example.com"\n}', "not_a_table", /NDJSON/],
  [
    "too many keys",
    `${JSON.stringify(Object.fromEntries(Array.from({ length: 2000 }, (_, n) => [`k${n}`, "x"])))}\n`,
    "too_many_columns",
    /1024/,
  ],
  ["no contact", '{"name":"Ana"}\n', "no_contact_column", /e-mail/],
])("refuses %s", async (_, file, code, reason) => {
  const { row } = await importedFrom(file);
  expect(row).toMatchObject({ status: 4, failure_code: code });
  expect(row.failure_detail).toMatch(reason);
});

it("reads UTF-16 and a byte order mark", async () => {
  const { leads } = await importedFrom(
    Buffer.from('\ufeff{"email":"ana@example.com","Nombre":"José"}\n', "utf16le"),
  );
  expect(leads).toMatchObject([{ first_name: "José" }]);
});

it("says where an object has a key several times, and reads the last one", async () => {
  const { row, leads } = await importedFrom(
    '{"email":"ana@example.com","email":"eva@example.com"}\n{"email":"leo@example.com","email":"leo@example.com"}\n',
  );
  expect(leads.map(({ email }) => email)).toEqual(["eva@example.com", "leo@example.com"]);
  expect(row).toMatchObject({ status: 2, warning_records: 1 });
});
