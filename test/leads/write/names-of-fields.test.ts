import { beforeAll, expect, test } from "vitest";
import { bodyOf, call, problemOf, upload, waitForImport } from "../../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../harness/factories.ts";

/** Names that the caller makes: a refusal says what to do, and none is passed over. */

let company: TestCompany;
let manager: TestUser;

beforeAll(async () => {
  company = await createCompany();
  manager = await createUser({ access: [{ company, role: "manager" }] });
});

const send = (path: string, method: string, body: string) =>
  call(path, { token: manager.token, method, body, headers: { "Content-Type": "application/json" } });
const create = (rest: string) =>
  send(`/companies/${company.id}/leads`, "POST", `{"email":"${crypto.randomUUID()}@leads.test",${rest}}`);

test.each([
  ['"custom_fields":{"":"x"}', "/custom_fields/", "has no name: give the field one, or leave it out"],
  ['"custom_fields":{" a":"x"}', "/custom_fields/ a", "without control characters"],
  [`"custom_fields":{"${"a".repeat(256)}":"x"}`, `/custom_fields/${"a".repeat(256)}`, "shorten it"],
  ['"custom_fields":{"__proto__":"x"}', "/custom_fields/__proto__", "choose another one"],
  ['"answers":{"":"x"}', "/answers/", "write the key of a question"],
  ['"__proto__":{"email":"x"}', "/__proto__", "is not known here"],
  [`"tags":["${"😀".repeat(65)}"]`, "/tags/0", "has at most 64 characters: shorten it"],
  ['"tags":["a\\nb"]', "/tags/0", "must be text on one line"],
])("%s", async (rest, pointer, detail) => {
  const { errors } = await problemOf(create(rest), 422);
  expect(errors).toHaveLength(1);
  expect(errors[0]).toMatchObject({ pointer, detail: expect.stringContaining(detail) });
});

test("a tag has 64 characters, however many bytes they are, in a body and in a file", async () => {
  const tag = "😀".repeat(64);
  const { lead } = await bodyOf(create(`"tags":["${tag}"]`), 201);
  expect(lead.tags).toEqual([tag]);
  const sent = await upload(manager.token, company.id, `email,tags\nlong@leads.test,${tag}\n`);
  await waitForImport(sent.import_code, manager.token);
  const path = `/companies/${company.id}/leads?tags_eq=${encodeURIComponent(tag)}`;
  const { leads } = await bodyOf(call(path, { token: manager.token }));
  expect(leads.map(({ email }: { email: string }) => email)).toEqual(["long@leads.test", lead.email]);
  await bodyOf(call(`/leads/${lead.id}?erase=true`, { token: manager.token, method: "DELETE" }), 204);
});

test("a custom field that a file calls __proto__ is data: shown, filtered by, kept by a change, exported", async () => {
  const sent = await upload(manager.token, company.id, "email,__proto__\nproto@leads.test,polluted\n");
  await waitForImport(sent.import_code, manager.token);
  const leadsBy = async (query: string) =>
    (await bodyOf(call(`/companies/${company.id}/leads?${query}`, { token: manager.token }))).leads;
  const shown = await leadsBy("custom_fields.__proto___eq=polluted");
  expect(shown.map(({ email }: { email: string }) => email)).toEqual(["proto@leads.test"]);
  expect(Object.entries(shown[0].custom_fields)).toEqual([["__proto__", "polluted"]]);
  expect(await leadsBy("custom_fields.__proto___eq=other")).toEqual([]);
  const path = `/leads/${shown[0].id}`;
  await problemOf(send(path, "PUT", '{"custom_fields":{"__proto__":"x"}}'), 422);
  const { lead } = await bodyOf(send(path, "PUT", '{"custom_fields":{"b":"c"}}'));
  expect(Object.entries(lead.custom_fields)).toEqual([
    ["__proto__", "polluted"],
    ["b", "c"],
  ]);
  const file = await (
    await call(`/companies/${company.id}/leads/export?email_eq=proto@leads.test`, { token: manager.token })
  ).text();
  expect(file.split("\r\n")[0]).toContain("__proto__,b");
  expect(file).toContain("polluted");
  expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
});

test.each([
  ["mapping", '{"__proto__":"first_name"}'],
  ["mapping", '{"Stage":{"to":"stage","values":{"__proto__":"new"}}}'],
  ["constants", '{"__proto__":"x"}'],
])("%s cannot have that name: %s", async (field, value) => {
  const path = `/import?company_id=${company.id}&${field}=${encodeURIComponent(value)}`;
  const headers = { "Content-Type": "text/csv" };
  const ask = { token: manager.token, method: "POST", body: "email\na@leads.test\n", headers };
  const { errors } = await problemOf(call(path, ask), 422);
  expect(errors).toMatchObject([{ pointer: `/${field}`, detail: expect.stringContaining("__proto__") }]);
});
