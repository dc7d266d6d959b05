import { beforeAll, describe, expect, test } from "vitest";
import { bodyOf, call, problemOf, waitForImport } from "../../harness/api.ts";
import { createImportRow } from "../../harness/factories.ts";
import { createLead } from "../../harness/leads.ts";
import { beginUndo, deliverUndo } from "../../imports/undo/undo-run.ts";
import { allErased, company, createParty, erase, imported, owner, shown, tracesOf } from "./erase-party.ts";

beforeAll(createParty);

const eraseByKey = (json: object) =>
  call(`/companies/${company.id}/erasures`, { method: "POST", token: owner.token, json });
const idOf = async (email: string) => {
  const row = await company.database
    .prepare("SELECT id FROM leads WHERE company_id = ? AND email = ?")
    .bind(company.id, email)
    .first<{ id: number }>();
  return row?.id ?? 0;
};

describe("a person who stands only in files", () => {
  test("is erased by an e-mail after the undo of the import that made them a lead", async () => {
    const lines = ["email,first_name", "noa@gone.test,Noa", "eli@gone.test,Eli"];
    const { import_code: code } = await imported(lines);
    const rejecting = await imported(["email,phone,notes", "bad@,,ask noa@gone.test"]);
    await beginUndo(company, code);
    await deliverUndo(code);
    expect(await idOf("noa@gone.test")).toBe(0);
    expect(new Set(await tracesOf("noa@gone.test"))).toEqual(
      new Set(["imports", "originals", "import_rejections"]),
    );
    const { erasure } = await bodyOf(eraseByKey({ email: "NOA@gone.test" }), 202);
    expect(erasure).toMatchObject({ company_id: company.id, requested_by: owner.id });
    await allErased();
    expect(await tracesOf("noa@gone.test")).toEqual([]);
    expect((await shown(rejecting.import_code)).error_file_route).not.toBeNull();
  });

  test.each([
    ["phone", { phone: "(55) 4455-6677" }, "44556677"],
    ["external id", { external_id: "GONE-77-X" }, "gone-77-x"],
  ])("is erased by a %s", async (_, json, word) => {
    await imported(["email,phone,external_id", "bad@,99 (55) 4455-6677 x,GONE-77-X"]);
    expect(await tracesOf(word)).not.toEqual([]);
    await bodyOf(eraseByKey(json), 202);
    await allErased();
    expect(await tracesOf(word)).toEqual([]);
  });

  test("is a lead's to erase where they are one, a deleted one too", async () => {
    const lead = await createLead(company, { email: "ivo@here.test", phone: "+525577665544" });
    const problem = await problemOf(eraseByKey({ email: "ivo@here.test" }), 409);
    expect(problem).toMatchObject({
      code: "lead_exists",
      detail: expect.stringContaining(`/leads/${lead.id}/erase`),
    });
    // The phone alone is that of the lead; with another e-mail it is somebody else's.
    await problemOf(eraseByKey({ phone: "+52 55 7766 5544" }), 409);
    await bodyOf(eraseByKey({ email: "eva@gone.test", phone: "+52 55 7766 5544" }), 202);
    await bodyOf(call(`/leads/${lead.id}`, { method: "DELETE", token: owner.token }), 204);
    await problemOf(eraseByKey({ email: "ivo@here.test" }), 409);
    await allErased();
  });

  test("is not erased while an import runs that may make them a lead", async () => {
    await createImportRow(company, owner, { status: 1 });
    const { code } = await problemOf(eraseByKey({ email: "uma@gone.test" }), 409);
    expect(code).toBe("import_running");
    await company.database
      .prepare("UPDATE imports SET status = 2 WHERE company_id = ? AND status = 1")
      .bind(company.id)
      .run();
  });

  test.each([
    [{}, ""],
    [{ email: "no address" }, "/email"],
    [{ phone: "12345" }, "/phone"],
    [{ email: "a@b.test", name: "Ana" }, "/name"],
  ])("is not found by %j", async (json, pointer) => {
    const { errors } = await problemOf(eraseByKey(json), 422);
    expect(errors[0].pointer).toBe(pointer);
  });
});

describe("the name of a file", () => {
  test.each([
    ["Ana Lopez ana@named.test.csv", "ana@named.test"],
    ["informe_lópez-ana (2).csv", "informe"],
    ["call 55 3322 1100.csv", "33221100"],
  ])("goes where it has the person in it: %s", async (name, word) => {
    const keyed = { "Idempotency-Key": crypto.randomUUID() };
    const lead = await createLead(company, {
      ...{ email: "ana@named.test", phone: "+525533221100", firstName: "Ana", lastName: "López" },
    });
    const send = () => {
      const form = new FormData();
      form.set("company_id", String(company.id));
      form.set("file", new File([`email\nother-${word}@stander.test\n`], name, { type: "text/csv" }));
      return call("/import", { method: "POST", token: owner.token, body: form, headers: keyed });
    };
    const { import_file: sent } = await bodyOf(send(), 202);
    await waitForImport(sent.import_code, owner.token);
    expect(await tracesOf(name.toLowerCase())).toEqual(expect.arrayContaining(["imports", "keyed_requests"]));
    await bodyOf(erase(lead.id), 204);
    expect(await tracesOf(name.toLowerCase())).toEqual([]);
    expect((await shown(sent.import_code)).file.name).toBe("(erased)");
    // A repetition tells what has become of the import.
    const { import_file: again } = await bodyOf(send(), 202);
    expect(again).toMatchObject({ import_code: sent.import_code, file: { name: "(erased)" } });
  });

  test("stays where it has but a part of a name, or another one's", async () => {
    const lead = await createLead(company, { email: "ana@partly.test", firstName: "Ana", lastName: "Ruiz" });
    const row = await createImportRow(company, owner, { fileName: "Diana Ruizinho, Ana y Ruiz.csv" });
    await bodyOf(erase(lead.id), 204);
    expect((await shown(row.importCode)).file.name).toBe("Diana Ruizinho, Ana y Ruiz.csv");
  });
});
