import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { gzipSync } from "fflate";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { app } from "../../../../src/app.ts";
import { bodyOf, problemOf, requestOf, waitForImport } from "../../../harness/api.ts";
import { type Around, surround } from "../../../harness/bindings.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../../harness/factories.ts";
import { complete, importsOf, sendAll, utf8 } from "./part-uploads.ts";

let company: TestCompany;
let user: TestUser;

beforeEach(async () => {
  company = await createCompany();
  user = await createUser({ access: [{ company, role: "manager" }] });
});

const CSV = utf8("email,Nombre\nana@parts.test,Ana\n");
const begin = (content = CSV) => sendAll(user, [content], { company_id: company.id });
const nameOfAna = () =>
  company.database
    .prepare("SELECT first_name FROM leads WHERE company_id = ?")
    .bind(company.id)
    .first<string>("first_name");

describe("an upload that is completed again", () => {
  const FIELDS = {
    mapping: { Nombre: { to: "first_name", values: { x: "Equis", y: "Ye" } }, email: "email" },
    source: "Fair",
    match_by: ["phone", "email"],
    dry_run: true,
    encoding: "utf8",
  };
  const SAME = {
    encoding: "UTF-8",
    company_id: 0,
    dry_run: "true",
    match_by: ["phone", "email"],
    source: "Fair",
    mapping: { email: "email", Nombre: { values: { y: "Ye", x: "Equis" }, to: "first_name" } },
  };

  test("with the same fields, however they are written, gives the same import", async () => {
    const id = await begin();
    const { import_file: first } = await bodyOf(complete(user, id, FIELDS), 202);
    const again = await bodyOf(complete(user, id, { ...SAME, company_id: company.id }), 202);
    expect(again.import_file.import_code).toBe(first.import_code);
    await waitForImport(first.import_code, user.token);
    const later = await bodyOf(complete(user, id, { ...SAME, company_id: company.id }), 202);
    expect(later.import_file).toMatchObject({ import_code: first.import_code, status: 6 });
  });

  test("with other fields is refused with their names and the code of the import", async () => {
    const id = await begin();
    const { import_file: first } = await bodyOf(complete(user, id, FIELDS), 202);
    for (const others of [
      { source: "Other" },
      { mapping: { Nombre: "last_name", email: "email" } },
      { dry_run: false },
      { match_by: ["email", "phone"] },
      { on_duplicate: "update" },
      { encoding: "macintosh" },
      { header_row: 1 },
      { file_name: "other.csv" },
    ]) {
      const problem = await problemOf(complete(user, id, { ...FIELDS, ...others }), 409);
      const errors = Object.keys(others).map((name) => ({ pointer: `/${name}` }));
      expect(problem).toMatchObject({ code: "upload_complete", errors });
      for (const said of [first.import_code, "open a new upload"]) expect(problem.detail).toContain(said);
    }
    expect(await importsOf(company)).toHaveLength(1);
  });

  test("with fewer fields, or for another company, is refused, too", async () => {
    const id = await begin();
    const { import_file: first } = await bodyOf(complete(user, id, { source: "Fair" }), 202);
    expect((await problemOf(complete(user, id, {}), 409)).detail).toContain(first.import_code);
    const other = await createCompany();
    const fields = { source: "Fair", company_id: other.id };
    expect((await problemOf(complete(user, id, fields), 409)).errors).toMatchObject([
      { pointer: "/company_id" },
    ]);
    expect((await problemOf(complete(user, id, { source: "Fair", colour: 1 }), 422)).errors).toMatchObject([
      { pointer: "/colour" },
    ]);
  });

  test("by several at once with different fields starts one import, and says so to the others", async () => {
    const id = await begin();
    const answers = await Promise.all(["A", "B", "C"].map((source) => complete(user, id, { source })));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409]);
    expect(await importsOf(company)).toHaveLength(1);
  });
});

describe("a mapping that does not fit", () => {
  test("uses nothing up where the file is text", async () => {
    const id = await begin();
    for (let time = 1; time <= 2; time++) {
      const { errors } = await problemOf(complete(user, id, { mapping: { Name: "first_name" } }), 422);
      expect(errors).toMatchObject([{ pointer: "/mapping", code: "mapping_column_missing" }]);
    }
    expect(await importsOf(company)).toEqual([]);
    const fields = { mapping: { Nombre: "first_name" } };
    const { import_file } = await bodyOf(complete(user, id, fields), 202);
    await waitForImport(import_file.import_code, user.token);
    expect(await nameOfAna()).toBe("Ana");
  });

  test.each([
    ["gzip", gzipSync(CSV) as Uint8Array<ArrayBuffer>],
    ["NDJSON", utf8('{"email":"ana@parts.test","Nombre":"Ana"}\n')],
  ])("ends an import of %s, and the upload is completed again with another one", async (_, content) => {
    const id = await begin(content);
    const { import_file: first } = await bodyOf(
      complete(user, id, { mapping: { Name: "first_name" }, encoding: "utf-8" }),
      202,
    );
    const failed = await waitForImport(first.import_code, user.token);
    expect(failed).toMatchObject({ status: 4, failure: { code: "mapping_column_missing" } });
    const again = await bodyOf(
      complete(user, id, { mapping: { Name: "first_name" }, encoding: "utf-8" }),
      202,
    );
    expect(again.import_file.import_code).toBe(first.import_code);
    const fields = { mapping: { Nombre: "first_name" } };
    const { import_file: next } = await bodyOf(complete(user, id, fields), 202);
    expect(next.import_code).not.toBe(first.import_code);
    expect(await waitForImport(next.import_code, user.token)).toMatchObject({
      status: 2,
      created_records: 1,
    });
    expect(await nameOfAna()).toBe("Ana");
    const [one, other] = await importsOf(company);
    expect([one?.file_key, other?.file_key]).toEqual(["", expect.stringContaining("originals/")]);
    expect(await env.FILES.head(String(other?.file_key))).not.toBeNull();
    expect((await problemOf(complete(user, id, { source: "x" }), 409)).detail).toContain(next.import_code);
  });

  test("leaves the file to one import also where the one who named it died before it was taken over", async () => {
    const id = await begin(gzipSync(CSV) as Uint8Array<ArrayBuffer>);
    const { import_file: first } = await bodyOf(complete(user, id, { mapping: { Name: "first_name" } }), 202);
    await waitForImport(first.import_code, user.token);
    const codeOf = async () =>
      await env.DIRECTORY.prepare("SELECT import_code FROM multipart_uploads WHERE id = ?")
        .bind(id)
        .first<string>("import_code");
    const json = { mapping: { Nombre: "first_name" } };
    const asked = { method: "POST", token: user.token, json };
    // Whatever comes after the row of the upload has the new code is not done any more.
    const dying: Around = async (_, operation) => {
      if ((await codeOf()) !== first.import_code) throw new Error("dead");
      return operation();
    };
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const context = createExecutionContext();
    const bindings = surround(env, dying, async () => {});
    const died = await app.fetch(requestOf(`/import/uploads/${id}/complete`, asked), bindings, context);
    await waitOnExecutionContext(context);
    log.mockRestore();
    expect(died.status).toBeGreaterThanOrEqual(500);
    expect(await importsOf(company)).toHaveLength(1);
    const { import_file: next } = await bodyOf(complete(user, id, json), 202);
    expect(next.import_code).toBe(await codeOf());
    await waitForImport(next.import_code, user.token);
    const [one, other] = await importsOf(company);
    expect([one?.file_key, other?.file_key]).toEqual(["", expect.stringContaining("originals/")]);
    expect(await env.FILES.head(String(other?.file_key))).not.toBeNull();
  });

  test("is completed again also where the one who did so broke off before the import was there", async () => {
    const id = await begin(gzipSync(CSV) as Uint8Array<ArrayBuffer>);
    const { import_file: first } = await bodyOf(complete(user, id, { mapping: { Name: "first_name" } }), 202);
    await waitForImport(first.import_code, user.token);
    const code = `${first.import_code.slice(0, -3)}zzz`;
    await env.DIRECTORY.prepare("UPDATE multipart_uploads SET import_code = ? WHERE id = ?")
      .bind(code, id)
      .run();
    const { import_file: next } = await bodyOf(
      complete(user, id, { mapping: { Nombre: "first_name" } }),
      202,
    );
    expect(await waitForImport(next.import_code, user.token)).toMatchObject({ import_code: code, status: 2 });
  });
});
