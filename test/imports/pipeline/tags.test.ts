import { env } from "cloudflare:test";
import { beforeEach, describe, expect, test } from "vitest";
import { CHUNK_LIMITS } from "../../../src/imports/readers/records.ts";
import { MAX_TEXT_LENGTH } from "../../../src/leads/fields.ts";
import type { Around } from "../../harness/bindings.ts";
import { surround } from "../../harness/bindings.ts";
import { createCompany, type TestCompany } from "../../harness/factories.ts";
import { undisturbed } from "../../harness/failing-operation.ts";
import { deliver, prepareImport, runToEnd } from "../../harness/import-run.ts";

const limits = { ...CHUNK_LIMITS, records: 3 };

let company: TestCompany;

beforeEach(async () => {
  company = await createCompany();
});

type Mapping = Parameters<typeof prepareImport>[5];

async function run(
  file: string,
  onDuplicate: "skip" | "update" | "create" = "skip",
  more: Mapping = {},
): Promise<Record<string, number>> {
  const code = await prepareImport(company, file, onDuplicate, null, "MX", more);
  await runToEnd(code, undisturbed, { limits });
  const row = await company.database
    .prepare(
      `SELECT created_records AS created, updated_records AS updated, unchanged_records AS unchanged,
         duplicate_records AS duplicate, failed_records AS failed, warning_records AS warned
       FROM imports WHERE import_code = ?`,
    )
    .bind(code)
    .first<Record<string, number>>();
  return Object.fromEntries(Object.entries(row ?? {}).filter(([, count]) => count > 0));
}

/** The tags of each lead, by its e-mail; those of copies after those of their lead. */
async function tags(): Promise<Record<string, string>> {
  const { results } = await company.database
    .prepare(
      `SELECT l.email, coalesce(group_concat(t.tag, '+'), '') AS tags
       FROM leads l LEFT JOIN (SELECT * FROM lead_tags ORDER BY lead_id, tag) t ON t.lead_id = l.id
       WHERE l.company_id = ? GROUP BY l.id ORDER BY l.id`,
    )
    .bind(company.id)
    .all<{ email: string; tags: string }>();
  const byEmail = Map.groupBy(results, ({ email }) => email.slice(0, email.indexOf("@")));
  return Object.fromEntries(
    [...byEmail].map(([email, rows]) => [email, rows.map((row) => row.tags).join(" / ")]),
  );
}

/** The custom fields of each lead. */
async function customFields(): Promise<Record<string, string>[]> {
  const { results } = await company.database
    .prepare("SELECT custom_fields FROM leads WHERE company_id = ? ORDER BY id")
    .bind(company.id)
    .all<{ custom_fields: string | null }>();
  return results.map((row) => JSON.parse(row.custom_fields ?? "{}"));
}

describe("a column of tags", () => {
  test.each(["Tags", "etiquetas", "Etiqueta", "Marcadores", "custom: Labels"])("%s", async (header) => {
    const mapping = header.startsWith("custom") ? { [header]: "tags" } : null;
    await run(`email,${header}\na@x.test,"vip; fair,fair|Ñandú"\nb@x.test,\nc@x.test,N/A\n`, "skip", {
      mapping,
    });
    expect(await tags()).toEqual({ a: "fair+vip+Ñandú", b: "", c: "" });
  });

  test("keeps what is no tag as a custom field, with a warning", async () => {
    const long = "x".repeat(65);
    const many = Array.from({ length: 102 }, (_, n) => `t${n}`);
    expect(await run(`email,Tags\na@x.test,"vip;${long}"\nb@x.test,"${many.join(",")}"\n`)).toEqual({
      created: 2,
      warned: 2,
    });
    const { a, b } = await tags();
    expect([a, b?.split("+").length]).toEqual(["vip", 100]);
    expect(await customFields()).toEqual([{ Tags: long }, { Tags: "t100; t101" }]);
  });

  test("is a list of JSON too, of which each text is a tag as it stands", async () => {
    const lists = [
      ["a", "b;c"],
      ["vip", null, " ", "N/A"],
      ["Madrid, Spain"],
      ["one", "two"],
      ["R&amp;D", 2026],
      ['the "best"', "[x]"],
      [],
    ];
    const lines = lists.map((tags, n) => JSON.stringify({ email: `p${n}@x.test`, tags, other: tags }));
    expect(await run(lines.join("\n"))).toEqual({ created: 7 });
    expect(await tags()).toEqual({
      p0: "a+b;c",
      p1: "vip",
      p2: "Madrid, Spain",
      p3: "one+two",
      p4: "2026+R&D",
      p5: '[x]+the "best"',
      p6: "",
    });
    expect((await customFields()).slice(0, 3)).toEqual([
      { other: '["a","b;c"]' },
      { other: '["vip",null," ","N/A"]' },
      { other: "Madrid, Spain" },
    ]);
    expect(await run('email,tags\nq@x.test,"[""a;b"", 12345678901234567890]"\nr@x.test,[a] [b]\n')).toEqual({
      created: 2,
    });
    expect(await tags()).toMatchObject({ q: "12345678901234567890+a;b", r: "[a] [b]" });
  });

  test("keeps other JSON as a custom field, with a warning", async () => {
    const values = [{ a: 1 }, ["vip", { a: 1 }], [["vip"]]];
    const lines = values.map((tags, n) => JSON.stringify({ email: `p${n}@x.test`, tags }));
    expect(await run(lines.join("\n"))).toEqual({ created: 3, warned: 3 });
    expect(Object.values(await tags())).toEqual(["", "", ""]);
    expect(await customFields()).toEqual(values.map((tags) => ({ tags: JSON.stringify(tags) })));
  });

  test("is the first of two such columns", async () => {
    expect(await run("email,Etiquetas,Tags\na@x.test,one,two\n")).toEqual({ created: 1 });
    expect(await tags()).toEqual({ a: "one" });
    expect(await customFields()).toEqual([{ Tags: "two" }]);
  });

  test("decodes HTML entities before it parts the tags", async () => {
    expect(await run("email,tags\na@x.test,R&amp;D;vip\n")).toEqual({ created: 1 });
    expect(await tags()).toEqual({ a: "R&D+vip" });
  });

  test("keeps all of what is left of a long cell, within the limit of a custom field", async () => {
    const cell = Array.from({ length: 5461 }, (_, n) => (10_000 + n).toString()).join(";");
    expect(await run(`email,tags\na@x.test,${cell}\n`)).toEqual({ created: 1, warned: 1 });
    const [{ tags: kept = "" } = {}] = await customFields();
    expect(kept.length).toBeLessThanOrEqual(MAX_TEXT_LENGTH);
    expect(kept).toBe(cell.split(";").slice(100).join(";"));
  });

  test("tags copies, and leads of later chunks", async () => {
    const lines = Array.from({ length: 7 }, (_, n) => `${n % 4}@x.test,t${n}`);
    expect(await run(`email,Tags\n${lines.join("\n")}\n`, "create")).toEqual({ created: 7 });
    expect(await tags()).toEqual({ 0: "t0 / t4", 1: "t1 / t5", 2: "t2 / t6", 3: "t3" });
  });
});

describe("an update of tags", () => {
  const BEFORE = "email,tags\na@x.test,one;two\nb@x.test,one\nc@x.test,\nd@x.test,one\n";
  const FILE = "email,tags\na@x.test,two;three\nb@x.test,\nc@x.test,new\nd@x.test,[clear]\n";
  const rule = (rule: "overwrite" | "fill_empty" | "keep" | "append") => ({
    mapping: { tags: { to: "tags", rule } },
  });

  test.each([
    ["overwrite", { a: "three+two", b: "one", c: "new", d: "" }, { updated: 3, unchanged: 1 }],
    ["append", { a: "one+three+two", b: "one", c: "new", d: "" }, { updated: 3, unchanged: 1 }],
    ["fill_empty", { a: "one+two", b: "one", c: "new", d: "one" }, { updated: 1, unchanged: 3 }],
    ["keep", { a: "one+two", b: "one", c: "", d: "one" }, { unchanged: 4 }],
  ] as const)("by the rule %s", async (name, after, counts) => {
    await run(BEFORE);
    expect(await run(FILE, "update", rule(name))).toEqual(counts);
    expect(await tags()).toEqual(after);
    const again = await run(FILE, "update", rule(name));
    expect(again).toEqual({ unchanged: 4 });
    expect(await tags()).toEqual(after);
  });

  test("leaves tags alone where the file has none, and where nobody asked for it", async () => {
    await run(BEFORE);
    await run("email,first_name\na@x.test,Ana\n", "update");
    await run(FILE, "skip");
    expect(await tags()).toEqual({ a: "one+two", b: "one", c: "", d: "one" });
  });

  test("rejects a record that appends more than a lead may have", async () => {
    const some = (from: number, count: number) =>
      Array.from({ length: count }, (_, n) => `t${from + n}`).join(";");
    await run(`email,tags\na@x.test,${some(0, 60)}\nb@x.test,${some(0, 60)}\n`);
    expect(
      await run(`email,tags\na@x.test,${some(50, 51)}\nb@x.test,${some(50, 50)}\n`, "update", rule("append")),
    ).toEqual({ updated: 1, failed: 1 });
    const counts = Object.values(await tags()).map((all) => all.split("+").length);
    expect(counts).toEqual([60, 100]);
  });
});

test("costs no statement where a file has no tags in it", async () => {
  const sentFor = async (file: string, onDuplicate: "skip" | "update") => {
    let sent = 0;
    const note: Around = (operation, call) => {
      sent += operation.statements;
      return call();
    };
    const code = await prepareImport(company, file, onDuplicate);
    await deliver(code, { env: surround(env, note, async () => {}) });
    return sent;
  };
  // An isolate reads the catalogue of stages again every minute: at most one of the two does.
  const statementsOf = async (...asked: Parameters<typeof sentFor>) =>
    Math.min(await sentFor(...asked), await sentFor(...asked));
  const plain = "email,first_name\na@x.test,Ana\nb@x.test,Bea\n";
  const untagged = "email,first_name,tags\na@x.test,Ana,\nb@x.test,Bea,N/A\n";
  const tagged = "email,first_name,tags\na@x.test,Ana,\nb@x.test,Bea,vip\n";
  await run(plain);
  expect(await statementsOf(untagged, "update")).toBe(await statementsOf(plain, "update"));
  expect(await statementsOf(tagged, "update")).toBe((await statementsOf(plain, "update")) + 2);
});
