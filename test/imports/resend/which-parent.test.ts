import { expect, it } from "vitest";
import { call, problemOf } from "../../harness/api.ts";
import { createCompany, createUser } from "../../harness/factories.ts";
import { beginUndo, deliverUndo } from "../undo/undo-run.ts";
import { importOf, send } from "./sent.ts";

const MISSING = "missing_contact,A lead needs an e-mail or a phone: fill in “Correo”.";
const HEADER = "Nombre,Correo,Ref";
const BAD = ["Ana,,r1", "Eva,,r2"];
const MENDED = [
  `${HEADER},_row,_code,_reason`,
  `Ana,ana@x.test,r1,1,${MISSING}`,
  `Eva,eva@x.test,r2,2,${MISSING}`,
];
const REF = { mapping: { Ref: "external_id" } };

it("takes the import whose cells the error file has, not a later one with the same texts", async () => {
  const company = await createCompany();
  const first = await send(company, [HEADER, ...BAD], REF);
  await send(company, [HEADER, "Zoe,,s1", "Pia,,s2"], { mapping: { Ref: "notes" } });
  await send(company, ["Nombre,Correo,Otro", "Zoe,,s1", "Pia,,s2"]);
  expect(await importOf(await send(company, MENDED), company)).toMatchObject({
    status: 2,
    parent_import_code: first,
    mapping: JSON.stringify(REF.mapping),
    created_records: 2,
  });
});

it("finds it where columns and records were moved, and a column was added", async () => {
  const company = await createCompany();
  const first = await send(company, [HEADER, ...BAD], REF);
  const moved = [
    "_row,Ref,Nombre,Correo,Nuevo,_code,_reason",
    `2,r2,Eva,eva@x.test,n,${MISSING}`,
    `1,r1,Ana María,ana@x.test,n,${MISSING}`,
  ];
  expect(await importOf(await send(company, moved), company)).toMatchObject({
    status: 2,
    parent_import_code: first,
  });
});

it("takes the earliest of equal ones with the same settings", async () => {
  const company = await createCompany();
  const first = await send(company, [HEADER, ...BAD], REF);
  await send(company, [HEADER, ...BAD], REF);
  expect(await importOf(await send(company, MENDED), company)).toMatchObject({ parent_import_code: first });
});

it("asks which one it is of where equal ones have different settings", async () => {
  const company = await createCompany();
  const first = await send(company, [HEADER, ...BAD], REF);
  const second = await send(company, [HEADER, ...BAD], { mapping: { Ref: "notes" } });
  const failed = await importOf(await send(company, MENDED), company);
  expect(failed).toMatchObject({ status: 4, failure_code: "parent_in_doubt", created_records: 0 });
  for (const named of [first, second, "parent_import_code"]) expect(failed.failure_detail).toContain(named);
  const told = await send(company, MENDED, {}, { sent: ["parent_import_code"], parent: second });
  expect(await importOf(told, company)).toMatchObject({ status: 2, parent_import_code: second });
  // What differs was sent: it does not matter which one it is of.
  const mapped = await send(company, MENDED, { mapping: { Ref: "city" } }, { sent: ["mapping"] });
  expect(await importOf(mapped, company)).toMatchObject({ parent_import_code: first });
});

it("takes equal ones for the same whose mappings are written otherwise and come to the same", async () => {
  const company = await createCompany();
  const first = await send(company, [HEADER, ...BAD], REF);
  await send(company, [HEADER, ...BAD], { mapping: { Correo: "email", Ref: "external_id" } });
  expect(await importOf(await send(company, MENDED), company)).toMatchObject({ parent_import_code: first });
});

it.each([
  ["is being undone", false],
  ["was undone", true],
])("takes the import that stands, not one that %s", async (_, isDone) => {
  const company = await createCompany();
  const undone = await send(company, [HEADER, ...BAD], { mapping: { Ref: "notes", Correo: "email" } });
  await beginUndo(company, undone);
  if (isDone) await deliverUndo(undone);
  const alone = await send(company, MENDED, { dryRun: true });
  expect(await importOf(alone, company)).toMatchObject({ status: 6, parent_import_code: undone });
  const stands = await send(company, [HEADER, ...BAD], REF);
  expect(await importOf(await send(company, MENDED), company)).toMatchObject({
    status: 2,
    parent_import_code: stands,
  });
});

it("takes a dry run that is more alike, whatever else was imported with the same cells", async () => {
  const company = await createCompany();
  const header = "Nombre,Correo,Otro,Ref";
  const bad = BAD.map((row) => row.replace(",,", ",,,"));
  const tried = await send(company, [header, ...bad], { mapping: { Ref: "notes" }, dryRun: true });
  for (let n = 0; n < 20; n++) await send(company, [header, ...bad], { mapping: { Otro: "email" } });
  const mended = MENDED.map((row, n) => row.replace(/^([^,]*,[^,]*),/, n === 0 ? "$1,Otro," : "$1,,"));
  expect(await importOf(await send(company, mended), company)).toMatchObject({ parent_import_code: tried });
});

it("takes an import that was only tried where there is no other", async () => {
  const company = await createCompany();
  const tried = await send(company, [HEADER, ...BAD], { mapping: { Ref: "notes" }, dryRun: true });
  const again = await send(company, MENDED, { dryRun: true });
  expect(await importOf(again, company)).toMatchObject({ status: 6, parent_import_code: tried });
  const written = await send(company, [HEADER, ...BAD], REF);
  expect(await importOf(await send(company, MENDED), company)).toMatchObject({ parent_import_code: written });
});

it("says that no import is known that an error file is of, unless a mapping came with it", async () => {
  const company = await createCompany();
  await send(company, [HEADER, "Zoe,,s1", "Pia,,s2"], REF);
  const failed = await importOf(await send(company, MENDED), company);
  expect(failed).toMatchObject({ status: 4, failure_code: "parent_not_found", created_records: 0 });
  expect(failed.failure_detail).toContain("parent_import_code");
  const mapped = await send(company, MENDED, { mapping: {} }, { sent: ["mapping"] });
  expect(await importOf(mapped, company)).toMatchObject({ status: 2, parent_import_code: null });
});

it.each([
  ["renamed", (row: string) => row.replace("Ref", "Referencia")],
  ["deleted", (row: string) => row.replace(/^([^,]*,[^,]*),[^,]*/, "$1")],
])("says that a column which the mapping of the original names was %s", async (_, change) => {
  const company = await createCompany();
  const first = await send(company, [HEADER, ...BAD], REF);
  const failed = await importOf(await send(company, MENDED.map(change)), company);
  expect(failed).toMatchObject({ status: 4, failure_code: "mapping_column_missing" });
  expect(failed.failure_detail).toContain("“Ref”");
  expect(failed.failure_detail).toContain(first);
});

it("keeps a column called as one of the report's where not all three are there", async () => {
  const company = await createCompany();
  const code = await send(company, ["Correo,_code,_row", "ana@x.test,K1,7", "bad@,K2,8"]);
  const custom = () =>
    company.database
      .prepare("SELECT custom_fields AS c FROM leads WHERE company_id = ? ORDER BY id")
      .bind(company.id)
      .all();
  expect((await custom()).results).toEqual([{ c: JSON.stringify({ _code: "K1", _row: "7" }) }]);
  const { results } = await company.database
    .prepare(
      "SELECT r.code, r.reason FROM import_rejections r JOIN imports i ON i.id = r.import_id WHERE i.import_code = ?",
    )
    .bind(code)
    .all<{ code: string; reason: string }>();
  const [{ code: why, reason } = { code: "", reason: "" }] = results;
  const back = await send(company, [
    "Correo,_code,_row,_row,_code,_reason",
    `eva@x.test,K2,8,2,${why},"${reason.replaceAll('"', '""')}"`,
  ]);
  expect(await importOf(back, company)).toMatchObject({ status: 2, parent_import_code: code });
  expect((await custom()).results[1]).toEqual({ c: JSON.stringify({ _code: "K2", _row: "8" }) });
});

it("refuses an import of another company, or none, as the parent", async () => {
  const [company, other] = [await createCompany(), await createCompany()];
  const theirs = await send(other, [HEADER, ...BAD], REF);
  const own = await send(company, [HEADER, ...BAD], REF);
  const { token } = await createUser({ access: [{ company, role: "manager" }] });
  for (const path of ["/import", "/import/preview"]) {
    const form = (parent: string) => {
      const body = new FormData();
      body.set("company_id", String(company.id));
      body.set("parent_import_code", parent);
      body.set("file", new File([`${MENDED.join("\n")}\n`], "f.csv"));
      return call(path, { method: "POST", token, body });
    };
    for (const wrong of [theirs, "imp_x"]) {
      const refused = await problemOf(form(wrong), 422);
      expect(refused.errors[0].pointer).toBe("/parent_import_code");
    }
    expect((await form(own)).status).toBeLessThan(300);
  }
});
