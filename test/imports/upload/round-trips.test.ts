import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { beforeAll, expect, test } from "vitest";
import { app } from "../../../src/app.ts";
import { bodyOf, type Call, requestOf } from "../../harness/api.ts";
import { type Around, surround } from "../../harness/bindings.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../harness/factories.ts";
import { FORM_TYPE, formBytes } from "../../harness/form.ts";
import { createUpload } from "./parts/create-upload.ts";

const LATE_MS = 20;
const CSV = "email\nana@trips.test\n";

let company: TestCompany;
let manager: TestUser;

beforeAll(async () => {
  company = await createCompany();
  manager = await createUser({ access: [{ company, role: "manager" }] });
});

/**
 * Sends a request whose calls of bindings are answered late.
 *
 * @returns of how many calls each waited for the one before it, until the answer was there, and what these were.
 */
async function callsInARow(path: string, asked: Call, status: number) {
  let deepest: string[] = [];
  const late: Around = async ({ binding, name }, run) => {
    const row = [...deepest, `${binding} ${name}`];
    try {
      return await run();
    } finally {
      await new Promise((resolve) => setTimeout(resolve, LATE_MS));
      if (row.length > deepest.length) deepest = row;
    }
  };
  const context = createExecutionContext();
  const bindings = surround(env, late, async () => {});
  await bodyOf(app.fetch(requestOf(path, asked), bindings, context), status);
  const calls = deepest;
  await waitOnExecutionContext(context);
  return calls;
}

const sent = (more: Call = {}): Call => ({ method: "POST", token: manager.token, ...more });
const raw = { headers: { "Content-Type": "text/csv" }, body: CSV };
const form = (first: boolean) => {
  const [field, file] = [
    { name: "company_id", value: String(company.id) },
    { name: "file", fileName: "a.csv", value: CSV },
  ];
  const body = formBytes(first ? [field, file] : [file, field]);
  return { headers: { "Content-Type": FORM_TYPE }, body };
};

test("an upload waits for four calls: who, whose, the file, the import", async () => {
  const query = `/import?company_id=${company.id}`;
  // Once before, so that the isolate knows where its caller was last.
  await callsInARow(query, sent(raw), 202);
  for (const [path, body] of [
    [query, raw],
    ["/import", form(true)],
    ["/import", form(false)],
  ] as const) {
    const calls = await callsInARow(path, sent(body), 202);
    expect(calls.length, calls.join(", ")).toBeLessThanOrEqual(4);
  }
});

test("what comes in parts waits for few calls", async () => {
  const opened = { json: { file_name: "a.csv", bytes: CSV.length, company_id: company.id } };
  const opening = await callsInARow("/import/uploads", sent(opened), 201);
  expect(opening.length, opening.join(", ")).toBeLessThanOrEqual(3);
  const id = await createUpload(manager, CSV);
  const part = await callsInARow(
    `/import/uploads/${id}/parts/1`,
    { method: "PUT", token: manager.token, body: CSV },
    204,
  );
  expect(part.length, part.join(", ")).toBeLessThanOrEqual(5);
  const json = { company_id: company.id };
  const completed = await callsInARow(`/import/uploads/${id}/complete`, sent({ json }), 202);
  expect(completed.length, completed.join(", ")).toBeLessThanOrEqual(6);
});
