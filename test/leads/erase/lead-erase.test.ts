import { env } from "cloudflare:test";
import { beforeAll, expect, test } from "vitest";
import { openScheduledRun } from "../../../src/jobs/scheduled-run.ts";
import { countCustomFields } from "../../../src/leads/custom-fields/count-fields.ts";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import { createCompany, createImportRow, createUser } from "../../harness/factories.ts";
import { createLead } from "../../harness/leads.ts";
import {
  allErased,
  company,
  createParty,
  erase,
  erasuresOf,
  fetchText,
  imported,
  owner,
  shown,
  tracesOf,
} from "./erase-party.ts";

beforeAll(createParty);

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
    "vera@,99 (55) 1234-5678 x,Vera,",
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

test("a person whom nothing else names leaves no trace either, deleted before or not", async () => {
  const phone = "+525588776655";
  const lead = await createLead(company, { email: null, phone, deletedAt: 5 });
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

test("names of custom fields that nobody else is known to have go with the person, and come back by the next count", async () => {
  const own = await createCompany();
  const holder = await createUser({ access: [{ company: own, role: "owner" }] });
  const create = async (name: string, custom_fields: Record<string, string>) => {
    const json = { email: `${name}@example.test`, custom_fields };
    const path = `/companies/${own.id}/leads`;
    return (await bodyOf(call(path, { token: holder.token, method: "POST", json }), 201)).lead.id as number;
  };
  const count = () => countCustomFields(openScheduledRun(env, Date.now() + 8 * 24 * 60 * 60 * 1000));
  const names = async () => {
    const { results } = await own.database
      .prepare("SELECT name FROM custom_fields WHERE company_id = ? ORDER BY name")
      .bind(own.id)
      .all<{ name: string }>();
    return results.map(({ name }) => name);
  };
  const id = await create("rosa", { "calls Rosa": "x", canal: "x" });
  await create("otto", { canal: "y" });
  await count();
  await create("eva", { canal: "z", "calls Rosa": "z" });
  await bodyOf(call(`/leads/${id}?erase=true`, { token: holder.token, method: "DELETE" }), 204);
  expect(await names()).toEqual(["canal"]);
  await count();
  expect(await names()).toEqual(["calls Rosa", "canal"]);
});

test("a lead's copy takes its place", async () => {
  const lead = await createLead(company);
  const copy = await createLead(company, {
    email: lead.email,
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
  const refusal = await erase(lead.id);
  expect(refusal.headers.get("Retry-After")).toBe("30");
  const problem = await problemOf(refusal, 409);
  expect(problem.code).toBe("import_running");
  expect(problem.detail).toContain(row.importCode);
  expect(await env.FILES.head(row.fileKey)).not.toBeNull();
  await bodyOf(call(`/leads/${lead.id}`, { token: owner.token }));
  await company.database.prepare("UPDATE imports SET status = 2 WHERE id = ?").bind(row.id).run();
  await bodyOf(erase(lead.id), 204);
  expect(await env.FILES.head(row.fileKey)).toBeNull();
});

test("the answer says how far the job is, and the list what it did, without the person", async () => {
  const header = "email,first_name";
  const brought = await imported([
    header,
    "shown@example.test,Sol",
    "shown@,Sol",
    '"shown@example.test x",Sol',
  ]);
  const skipped = await imported([header, "SHOWN@example.test,Again", "else@example.test,Else"]);
  const other = await imported([header, "unshown2@example.test,Other"]);
  expect(skipped).toMatchObject({ duplicate_records: 1, failed_records: 0 });
  const { results } = await company.database
    .prepare("SELECT id FROM leads WHERE company_id = ? AND email = 'shown@example.test'")
    .bind(company.id)
    .all<{ id: number }>();
  const path = `/leads/${results[0]?.id}/erase`;
  const answer = await call(path, { token: owner.token, method: "POST" });
  const { erasure } = await bodyOf(answer, 202);
  expect(erasure).toMatchObject({
    company_id: company.id,
    requested_by: owner.id,
    status: "processing",
    error_files: { status: "pending", rewritten: 0 },
    originals: { status: "pending", removed: 0 },
    index: { status: "pending" },
    space: { status: "pending" },
    finished_at: null,
  });
  await allErased();
  const [latest] = await erasuresOf();
  expect(latest).toEqual({
    ...erasure,
    status: "completed",
    error_files: { status: "done", rewritten: 1 },
    originals: { status: "done", removed: 2 },
    index: { status: "done" },
    space: { status: "done" },
    finished_at: expect.any(String),
  });
  // Also the original in which the person was a duplicate is gone; the one of others is there.
  expect((await shown(brought.import_code)).original_file).toBeNull();
  expect((await shown(skipped.import_code)).original_file).toBeNull();
  expect((await shown(other.import_code)).original_file).not.toBeNull();
  expect(await tracesOf("shown@example.test")).toEqual([]);
  await problemOf(call(path, { token: owner.token, method: "POST" }), 404);
});
