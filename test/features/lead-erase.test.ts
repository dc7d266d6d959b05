import { env } from "cloudflare:test";
import { beforeAll, expect, test } from "vitest";
import { leadStores } from "../../src/db/bindings.ts";
import { bodyOf, call, problemOf, upload, waitForImport } from "../harness/api.ts";
import {
  createCompany,
  createImportRow,
  createUser,
  type TestCompany,
  type TestUser,
} from "../harness/factories.ts";
import { createLead } from "../harness/leads.ts";

let company: TestCompany;
let owner: TestUser;

const erase = (id: number) => call(`/leads/${id}?erase=true`, { token: owner.token, method: "DELETE" });
const shown = async (code: string) =>
  (await bodyOf(call(`/import/${code}`, { token: owner.token }))).import_file;

async function imported(lines: string[], query = "") {
  const sent = await upload(owner.token, company.id, `${lines.join("\n")}\n`, query);
  return waitForImport(sent.import_code, owner.token);
}

/** Every row and every file of the installation in which one of these words stands, whatever is around its digits. */
async function tracesOf(...words: string[]): Promise<string[]> {
  const has = (text: string) =>
    words.some((word) => text.toLowerCase().includes(word) || text.replace(/[ ()-]/g, "").includes(word));
  const traces: string[] = [];
  for (const database of [env.DIRECTORY, ...leadStores(env)]) {
    const { results: tables } = await database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB '_cf_*'")
      .all<{ name: string }>();
    for (const { name } of tables) {
      const { results } = await database.prepare(`SELECT * FROM "${name}"`).all();
      traces.push(...results.filter((row) => has(JSON.stringify(row))).map(() => name));
    }
  }
  for (const { key } of (await env.FILES.list()).objects) {
    if (has((await (await env.FILES.get(key))?.text()) ?? "")) traces.push(key.replace(/[/].*/, ""));
  }
  return traces;
}

beforeAll(async () => {
  company = await createCompany();
  owner = await createUser({ access: [{ company, role: "owner" }] });
});

test("takes the person out of the lead, what hangs on it, error reports and the originals that name them", async () => {
  const header = "email,phone,first_name,city";
  const brought = await imported([
    header,
    "Vera@Example.test,55 1234 5678,Vera,Lima",
    "bad@,,Otto,Lima",
    "ida@example.test,,Ida,",
  ]);
  const met = await imported(
    [header, "vera@example.test,,Vera,Cusco", "worse@,,Otto,Lima"],
    "&on_duplicate=update",
  );
  const rejecting = await imported([
    header,
    "vera@,(55) 1234-5678 x,Vera,",
    "no@,,Otto,",
    '"ask VERA@example.test",,Vera,',
  ]);
  const elsewhere = await imported([header, "otto@example.test,,Otto,", "oops@,,Otto,"]);
  const { results } = await company.database
    .prepare("SELECT id FROM leads WHERE company_id = ? AND email = 'vera@example.test'")
    .bind(company.id)
    .all<{ id: number }>();
  const id = results[0]?.id ?? 0;
  const json = { stage: "contacted", tags: ["vera@example.test"], notes: "vera@example.test" };
  await bodyOf(call(`/leads/${id}`, { token: owner.token, method: "PUT", json }));
  const words = ["vera@example.test", "12345678"];
  expect(new Set(await tracesOf(...words))).toEqual(
    new Set(["leads", "lead_tags", "import_rejections", "originals", "imports"]),
  );

  await bodyOf(erase(id), 204);
  expect(await tracesOf(...words)).toEqual([]);
  await problemOf(erase(id), 404);
  const remains = await Promise.all(
    ["lead_stage_changes", "import_matches"].map((table) =>
      company.database.prepare(`SELECT * FROM ${table} WHERE lead_id = ?`).bind(id).first(),
    ),
  );
  expect(remains).toEqual([null, null]);

  // Ledgers stay, and so do the records of others.
  for (const before of [brought, met, rejecting]) {
    const after = await shown(before.import_code);
    expect(after).toEqual({ ...before, original_file: null, error_file: after.error_file });
    expect((await call(before.original_file.slice(before.original_file.indexOf("/import/")))).status).toBe(
      404,
    );
  }
  const report = await fetchText((await shown(rejecting.import_code)).error_file);
  expect(report).toContain("no@,,Otto,,2,invalid_email");
  expect(report.trim().split("\r\n")).toHaveLength(2);
  expect(await fetchText((await shown(brought.import_code)).error_file)).toContain("bad@");
  const untouched = await shown(elsewhere.import_code);
  expect(await fetchText(untouched.original_file)).toContain("otto@example.test");
});

const fetchText = async (url: string) => (await call(url.slice(url.indexOf("/import/")))).text();

test("a person whom nothing else names leaves no trace either, deleted before or not", async () => {
  const phone = "+525588776655";
  const lead = await createLead(company, { email: null, phone, dedupeKey: phone, deletedAt: 5 });
  const living = await createLead(company);
  await bodyOf(erase(lead.id), 204);
  await bodyOf(erase(living.id), 204);
  expect(await tracesOf(phone.slice(1), living.email ?? "")).toEqual([]);
});

test("those that were merged into the lead go with it, with the files that they came with", async () => {
  const done = await imported([
    "email,first_name",
    "merged@example.test,Mia",
    "merged@,Mia",
    '"or merged@example.test",Mia',
  ]);
  const kept = await createLead(company);
  const { results } = await company.database
    .prepare("SELECT id FROM leads WHERE email = 'merged@example.test'")
    .all<{ id: number }>();
  const json = { lead_ids: results.map(({ id }) => id) };
  await bodyOf(call(`/leads/${kept.id}/merge`, { token: owner.token, method: "POST", json }));
  expect(await tracesOf("merged@example.test")).not.toEqual([]);
  await bodyOf(erase(kept.id), 204);
  expect(await tracesOf("merged@example.test", kept.email ?? "")).toEqual([]);
  expect((await shown(done.import_code)).original_file).toBeNull();
});

test("a lead's copy takes its place", async () => {
  const lead = await createLead(company);
  const copy = await createLead(company, {
    email: lead.email,
    dedupeKey: lead.dedupeKey,
    duplicateOf: lead.id,
  });
  await bodyOf(erase(lead.id), 204);
  const { lead: left } = await bodyOf(call(`/leads/${copy.id}`, { token: owner.token }));
  expect(left.duplicate_of).toBeNull();
});

test("waits for an import that names the person, and leaves everything until then", async () => {
  const row = await createImportRow(company, owner, { status: 1 });
  const lead = await createLead(company, { importId: row.id, recordNumber: 1 });
  await env.FILES.put(row.fileKey, "running");
  const problem = await problemOf(erase(lead.id), 409);
  expect(problem.code).toBe("import_running");
  expect(problem.detail).toContain(row.importCode);
  expect(await env.FILES.head(row.fileKey)).not.toBeNull();
  await bodyOf(call(`/leads/${lead.id}`, { token: owner.token }));
  await company.database.prepare("UPDATE imports SET status = 2 WHERE id = ?").bind(row.id).run();
  await bodyOf(erase(lead.id), 204);
  expect(await env.FILES.head(row.fileKey)).toBeNull();
});

test("a request that broke off half-way can be sent again", async () => {
  const done = await imported(["email,phone", "half@,5544332211", "other@,"]);
  const lead = await createLead(company, {
    email: "half@example.test",
    dedupeKey: "half@example.test",
    phone: "+525544332211",
  });
  // As it is after the error file was deleted, and nothing more.
  await env.FILES.delete(`imports/${done.import_code}/errors.csv`);
  await bodyOf(erase(lead.id), 204);
  const report = await fetchText((await shown(done.import_code)).error_file);
  expect(report).toContain("other@");
  expect(report).not.toContain("half@");
});
