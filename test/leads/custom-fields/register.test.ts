import { beforeEach, describe, expect, test } from "vitest";
import { CHUNK_LIMITS } from "../../../src/imports/readers/records.ts";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../harness/factories.ts";
import { undisturbed } from "../../harness/failing-operation.ts";
import { deliver, prepareImport, runToEnd, sliceOf } from "../../harness/import-run.ts";

let company: TestCompany;
let owner: TestUser;

beforeEach(async () => {
  company = await createCompany({ store: 1 });
  owner = await createUser({ access: [{ company, role: "owner" }] });
});

async function namesOf({ id, database }: TestCompany): Promise<string[]> {
  const query = "SELECT name FROM custom_fields WHERE company_id = ? ORDER BY name";
  const { results } = await database.prepare(query).bind(id).all<{ name: string }>();
  return results.map(({ name }) => name);
}

/** Names that are registered already, so that few more fit. */
async function fill(count: number): Promise<void> {
  await company.database
    .prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
       INSERT INTO custom_fields (company_id, name, seen_at) SELECT ?1, 'old ' || i, 0 FROM n`,
    )
    .bind(company.id, count)
    .run();
}

const post = (body: object) =>
  call(`/companies/${company.id}/leads`, { method: "POST", token: owner.token, json: body });
const put = (id: number, body: object) =>
  call(`/leads/${id}`, { method: "PUT", token: owner.token, json: body });

describe("an import", () => {
  test("registers the names that its leads have, of whatever column they are", async () => {
    const code = await prepareImport(
      company,
      "Email,Phone,Phone 2,Idioma,Empty,Stage\n" +
        "ana@x.test,+525512345678,,pt,,\n" +
        "bea@x.test,+525512345679,+525512345670,,,no such stage\n",
    );
    await runToEnd(code, undisturbed);
    expect(await namesOf(company)).toEqual(["Idioma", "Phone 2", "stage"]);
  });

  test("registers nothing of records that are rejected or are leads already", async () => {
    await runToEnd(await prepareImport(company, "email,Idioma\nana@x.test,pt\n"), undisturbed);
    await runToEnd(
      await prepareImport(company, "email,Other,Third\nana@x.test,x,\nno address,,y\n"),
      undisturbed,
    );
    expect(await namesOf(company)).toEqual(["Idioma"]);
  });

  test("registers each name once over many slices, and those of a later chunk with it", async () => {
    const lines = Array.from({ length: 20 }, (_, n) => `p${n}@x.test,a,${n < 15 ? "" : "late"}`);
    const code = await prepareImport(company, `email,Early,Late\n${lines.join("\n")}\n`);
    await deliver(code, { newSlice: sliceOf(9) });
    expect(await namesOf(company)).toEqual(["Early"]);
    await runToEnd(code, undisturbed, { newSlice: sliceOf(9) });
    expect(await namesOf(company)).toEqual(["Early", "Late"]);
  });

  test("rejects the records that bring one too many, and no others", async () => {
    await fill(998);
    const filler = `email,A,B,C\n${"x@x.test,,,\n".repeat(40_000)}`;
    const code = await prepareImport(
      company,
      `${filler}ana@x.test,1,,\nbea@x.test,1,2,\ncai@x.test,,,3\ndan@x.test,1,2,\neva@x.test,1,,3\n`,
    );
    await runToEnd(code, undisturbed, { limits: CHUNK_LIMITS });
    const { results } = await company.database
      .prepare(
        `SELECT record_number - 40000 AS record, code, cell, reason FROM import_rejections
         WHERE import_id = (SELECT id FROM imports WHERE import_code = ?) ORDER BY 1`,
      )
      .bind(code)
      .all();
    expect(results).toEqual([
      { record: 3, code: "too_many_custom_fields", cell: 3, reason: expect.stringContaining("“C”") },
      { record: 5, code: "too_many_custom_fields", cell: 3, reason: expect.stringContaining("“C”") },
    ]);
    expect((await namesOf(company)).filter((name) => name.length === 1)).toEqual(["A", "B"]);
    const row = await company.database
      .prepare("SELECT created_records, failed_records, duplicate_records FROM imports WHERE import_code = ?")
      .bind(code)
      .first();
    expect(row).toEqual({ created_records: 4, failed_records: 2, duplicate_records: 39_999 });
  });

  test("is refused where its first records bring too many", async () => {
    await fill(999);
    const code = await prepareImport(company, "email,A,B,Empty\nana@x.test,1,,\nbea@x.test,,2,\n");
    await runToEnd(code, undisturbed);
    const row = await company.database
      .prepare(
        "SELECT status, failure_code, failure_detail, created_records FROM imports WHERE import_code = ?",
      )
      .bind(code)
      .first();
    expect(row).toEqual({
      status: 4,
      failure_code: "too_many_custom_fields",
      failure_detail: expect.stringContaining("2 columns of the file would be new custom fields: “A”, “B”."),
      created_records: 0,
    });
    expect((await namesOf(company)).length).toBe(999);
  });
});

describe("a request", () => {
  test("registers the names that it brings", async () => {
    const { lead } = await bodyOf(post({ email: "ana@x.test", custom_fields: { Canal: "WhatsApp" } }), 201);
    await put(lead.id, { custom_fields: { Color: "blue", Canal: null, Gone: null } });
    expect(await namesOf(company)).toEqual(["Canal", "Color"]);
  });

  test("is refused where it brings one too many, with a pointer and without a trace", async () => {
    await fill(999);
    const { lead } = await bodyOf(
      post({ email: "ana@x.test", custom_fields: { "old 1": "x", last: "y" } }),
      201,
    );
    for (const refused of [
      post({ email: "bea@x.test", custom_fields: { more: "x" } }),
      put(lead.id, { custom_fields: { more: "x" } }),
    ]) {
      const problem = await problemOf(refused, 422);
      expect(problem.errors).toMatchObject([{ pointer: "/custom_fields", code: "too_many" }]);
    }
    const leads = await company.database
      .prepare("SELECT email, custom_fields FROM leads WHERE company_id = ?")
      .bind(company.id)
      .all();
    expect(leads.results).toEqual([{ email: "ana@x.test", custom_fields: '{"old 1":"x","last":"y"}' }]);
  });
});
