import { beforeEach, expect, test } from "vitest";
import { bodyOf, call, ORIGIN, upload, waitForImport } from "../../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../harness/factories.ts";
import { previewOf } from "./preview-of.ts";

let company: TestCompany;
let user: TestUser;

beforeEach(async () => {
  company = await createCompany();
  user = await createUser({ access: [{ company, role: "manager" }] });
});

const ROW = "ana@x.test,55 1234 5678,Ana,Caliente,rojo";
const file = (header: string, row = ROW) => `${header}\n${row}\n`;
const HEADER = "Dato 1,Celular,Dato 2,Temperatura,Color";
const MAPPING = {
  "Dato 1": "email",
  "Dato 2": "first_name",
  Temperatura: { to: "stage", values: { Caliente: "won" } },
  Color: null,
};

async function importWith(header: string, mapping: object, row = ROW): Promise<string> {
  const query = `&mapping=${encodeURIComponent(JSON.stringify(mapping))}`;
  const { import_code: code } = await upload(user.token, company.id, file(header, row), query);
  await waitForImport(code, user.token);
  return code;
}

const preview = async (content: string, fields: Record<string, string> = {}) => {
  const { status, body } = await previewOf(company, user, content, fields);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body.preview;
};

// biome-ignore lint/suspicious/noExplicitAny: a test asserts on what is there.
const targetsOf = ({ columns }: any) =>
  Object.fromEntries(columns.map((one: Record<string, unknown>) => [one.header, [one.target, one.found_by]]));

test("the mapping of the last import with this header is proposed again, with the values of stages", async () => {
  await importWith(HEADER, { ...MAPPING, "Dato 2": "last_name" });
  const code = await importWith(HEADER, MAPPING);
  const seen = await preview(file("DATO 1,celular,Dato 2,Temperatura,Color"));
  expect(targetsOf(seen)).toEqual({
    "DATO 1": ["email", "remembered"],
    celular: ["phone", "header"],
    "Dato 2": ["first_name", "remembered"],
    Temperatura: ["stage", "remembered"],
    Color: [null, "remembered"],
  });
  expect(seen.changes).toEqual({ import_code: code, gone: [], new: [], renamed: [] });
  expect(seen.columns[3].values).toEqual([{ value: "Caliente", count: 1, target: "won" }]);
  expect(seen.sample_records[0].lead).toMatchObject({ email: "ana@x.test", first_name: "Ana", stage: "won" });
  // What was proposed reads the file so.
  const again = await preview(file(HEADER), { mapping: JSON.stringify(seen.mapping) });
  expect(again.sample_records).toEqual(seen.sample_records);
});

test("a column that was renamed, is missing or new is named", async () => {
  const code = await importWith(HEADER, MAPPING);
  const renamed = await preview(file("Dato 1,Móvil,Dato 2,Temperatura,Color"));
  expect(renamed.changes).toEqual({
    import_code: code,
    gone: [],
    new: [],
    renamed: [{ from: "Celular", to: "Móvil" }],
  });
  const sentBack = await preview(file(`${HEADER},_row,_code,_reason`, `${ROW},1,invalid_email,it is none`));
  expect(sentBack.changes).toMatchObject({ gone: [], new: [], renamed: [] });
  const other = await preview(
    file("Dato 1,Dato 2,Temperatura,Color,Talla", "ana@x.test,Ana,Caliente,rojo,M"),
  );
  expect(other.changes).toMatchObject({ gone: ["Celular"], new: ["Talla"], renamed: [] });
});

test("the only new column is proposed as the only mapped one that is gone, as likely", async () => {
  const code = await importWith(HEADER, MAPPING);
  const seen = await preview(
    file("Dato 1,Celular,Dato 2,Color,Interés", "ana@x.test,55 1234 5678,Ana,rojo,Caliente"),
  );
  expect(targetsOf(seen)).toMatchObject({
    "Dato 2": ["first_name", "remembered"],
    Interés: ["stage", "remembered"],
  });
  expect(seen.columns.map(({ confidence }: { confidence: string }) => confidence)).toEqual([
    ...["certain", "certain", "certain", "certain", "likely"],
  ]);
  expect(seen.changes).toEqual({
    import_code: code,
    gone: [],
    new: [],
    renamed: [{ from: "Temperatura", to: "Interés" }],
  });
  expect(seen.mapping.Interés).toEqual({ to: "stage", values: { Caliente: "won" } });
  expect(seen.sample_records[0].lead.stage).toBe("won");

  // Two may be it, its header says what it is, or another column is that: then nothing is proposed.
  const two = await preview(
    file("Dato 1,Celular,Dato 2,Color,Interés,Otro", "a@x.test,,Ana,rojo,Caliente,x"),
  );
  expect(targetsOf(two)).toMatchObject({ Interés: ["custom_fields.Interés", null] });
  const known = await preview(file("Dato 1,Celular,Dato 2,Color,Ciudad", "a@x.test,,Ana,rojo,Lima"));
  expect(targetsOf(known)).toMatchObject({ Ciudad: ["city", "header"] });
  const mapping = JSON.stringify({ Celular: "stage" });
  const said = await preview(file("Dato 1,Celular,Dato 2,Color,Interés", "a@x.test,,Ana,rojo,x"), {
    mapping,
  });
  expect(targetsOf(said)).toMatchObject({ Interés: ["custom_fields.Interés", null] });
});

test("of an error file its original says what the columns are, whatever was imported since", async () => {
  const code = await importWith(HEADER, MAPPING, "no address,,Ana,Caliente,rojo");
  await importWith(HEADER, { ...MAPPING, "Dato 2": "last_name" });
  const { import_file: seen } = await bodyOf(call(`/import/${code}`, { token: user.token }));
  const errors = await (await call(seen.error_file.replace(`${ORIGIN}/api/v1`, ""))).text();
  const again = await preview(errors);
  expect(again.changes).toBeNull();
  expect(targetsOf(again)).toMatchObject({
    "Dato 1": ["email", "mapping"],
    "Dato 2": ["first_name", "mapping"],
  });
  expect(again.columns[3].values).toEqual([{ value: "Caliente", count: 1, target: "won" }]);
});

test("what the sender says counts, and an import remembers nothing by itself", async () => {
  await importWith(HEADER, MAPPING);
  const seen = await preview(file(HEADER), { mapping: '{"Dato 2": "last_name"}' });
  expect(targetsOf(seen)).toMatchObject({
    "Dato 1": ["email", "remembered"],
    "Dato 2": ["last_name", "mapping"],
  });
  const { import_code: code } = await upload(user.token, company.id, file(HEADER, "b@x.test,,Bea,Caliente,"));
  await waitForImport(code, user.token);
  const { results } = await company.database
    .prepare("SELECT first_name, custom_fields FROM leads WHERE company_id = ? AND email = 'b@x.test'")
    .bind(company.id)
    .all();
  expect(results).toMatchObject([{ first_name: null }]);
});

test("a header that says nothing by itself is known from the last time, and another company's is not", async () => {
  const header = "Uno,Dos,Tres,Cuatro,Cinco";
  const row = ",,Ana,Caliente,rojo";
  await importWith(header, { Uno: "email", Dos: "phone", Tres: "first_name" });
  const seen = await preview(file(header, row));
  expect(targetsOf(seen)).toMatchObject({ Uno: ["email", "remembered"], Dos: ["phone", "remembered"] });
  const stranger = await createCompany();
  const { token, ...owner } = await createUser({ access: [{ company: stranger, role: "manager" }] });
  const { status, body } = await previewOf(stranger, { ...owner, token }, file(header, row));
  expect([status, body.errors[0].code]).toEqual([422, "no_contact_column"]);
});
