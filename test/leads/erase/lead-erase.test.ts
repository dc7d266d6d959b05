import { createMessageBatch, env } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { originOfJob } from "../../../src/audit/outbox/write.ts";
import { leadStores } from "../../../src/db/bindings.ts";
import { openLeads } from "../../../src/db/clients.ts";
import { leads } from "../../../src/db/leads/schema.ts";
import { mintTenant } from "../../../src/db/leads/tenant.ts";
import { consumeErasures, sweepErasures } from "../../../src/erasures/consume-erasures.ts";
import { isIn } from "../../../src/erasures/find/in-text.ts";
import { openScheduledRun } from "../../../src/jobs/scheduled-run.ts";
import type { Slice } from "../../../src/jobs/slice.ts";
import { countCustomFields } from "../../../src/leads/custom-fields/count-fields.ts";
import { eraseLead } from "../../../src/leads/erase/erase-lead.ts";
import { bodyOf, call, problemOf, upload, waitForImport } from "../../harness/api.ts";
import { type Around, type Operation, surround } from "../../harness/bindings.ts";
import {
  createCompany,
  createImportRow,
  createUser,
  type TestCompany,
  type TestUser,
} from "../../harness/factories.ts";
import { failOperations } from "../../harness/failing-operation.ts";
import { deliver, prepareImport } from "../../harness/import-run.ts";
import { createLead } from "../../harness/leads.ts";

let company: TestCompany;
let owner: TestUser;

/** Erases a person, and waits for the job. */
async function erase(id: number): Promise<Response> {
  const answer = await call(`/leads/${id}?erase=true`, { token: owner.token, method: "DELETE" });
  if (answer.status === 204) await allErased();
  return answer;
}

const erasuresOf = async () =>
  (await bodyOf(call(`/companies/${company.id}/erasures?limit=100`, { token: owner.token }))).erasures;

async function allErased(): Promise<void> {
  for (let turn = 0; turn < 600; turn++) {
    const erasures: { status: string }[] = await erasuresOf();
    if (erasures.every(({ status }) => status === "completed")) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the erasure never ends");
}

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

const fetchText = async (url: string) => (await call(url.slice(url.indexOf("/import/")))).text();

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
  const problem = await problemOf(erase(lead.id), 409);
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

describe("the job", () => {
  /** An import with an error file of others, and one of the person in it; and their lead's erasure, not begun. */
  async function begin(name: string) {
    const own = await createCompany();
    const user = await createUser({ access: [{ company: own, role: "owner" }] });
    const rejected = [`${name}@,,`, `"x ${name}@example.test",,`, "other@,,"];
    const text = `email,phone,notes\n${rejected.join("\n")}\nkept@${name}.test,,\n`;
    const code = await prepareImport(own, text);
    await deliver(code);
    const lead = await createLead(own, {
      email: `${name}@example.test`,
      phone: null,
    });
    const bindings = { ...env, ERASURES: { send: async () => {} } } as unknown as Env;
    const tenant = mintTenant(own.store, own.database, [own.id]);
    const row = await openLeads(own.database).select().from(leads).where(eq(leads.id, lead.id)).get();
    const { id } = await eraseLead(bindings, tenant, row as never, {
      ...originOfJob(Date.now()),
      actor: { kind: "user", userId: user.id },
    });
    return { own, code, id };
  }

  /** Everything that an erasure leaves, but for ids and times. */
  async function leftOf({ own, code, id }: Awaited<ReturnType<typeof begin>>) {
    const row = await own.database
      .prepare("SELECT file_key, error_file_key FROM imports WHERE import_code = ?")
      .bind(code)
      .first<{ file_key: string; error_file_key: string }>();
    const files = (await env.FILES.list({ prefix: `imports/${code}/` })).objects.map(({ key }) => key);
    const report = await env.FILES.get(row?.error_file_key ?? "");
    const erasure = await own.database
      .prepare(
        "SELECT person, phase, progress, rewritten_error_files, removed_originals FROM erasures WHERE id = ?",
      )
      .bind(id)
      .first();
    return { original: row?.file_key, files: files.length, report: await report?.text(), erasure };
  }

  /** Delivers until the erasure is done: what was sent, else what the sweeper would send later. */
  async function run(id: number, around: Around, newSlice?: () => Slice): Promise<void> {
    let later = 0;
    const bindings = surround(env, around, async () => {});
    for (let deliveries = 0; ; deliveries++) {
      if (deliveries > 100) throw new Error("the erasure never ends");
      const message = {
        id: "m",
        timestamp: new Date(),
        attempts: 1,
        body: { kind: "erasure", store: 0, erasure_id: id },
      };
      const batch = createMessageBatch("leadsy-erasures", [message]);
      const now = () => Date.now() + later;
      await consumeErasures(batch as never, bindings, { now, ...(newSlice && { newSlice }) });
      const done = "SELECT finished_at IS NOT NULL AS done FROM erasures WHERE id = ?";
      if ((await env.LEADS_0.prepare(done).bind(id).first("done")) === 1) return;
      later += 600_000;
    }
  }

  test("comes out the same whatever operation fails, and at no instant is an error file missing", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const reference = await begin("reference");
    const operations: Operation[] = [];
    await run(reference.id, (operation, call) => {
      operations.push(operation);
      return call();
    });
    const expected = await leftOf(reference);
    expect(expected).toMatchObject({
      original: "",
      files: 1,
      erasure: {
        person: null,
        phase: "done",
        progress: null,
        rewritten_error_files: 1,
        removed_originals: 1,
      },
    });
    expect(expected.report).toContain("other@");
    expect(expected.report).not.toContain("reference@example.test");
    expect(operations.length).toBeGreaterThan(12);
    await failOperations(operations, [...operations.keys()], async (around, what) => {
      const name = what.replace(" ", "");
      const begun = await begin(name);
      await run(begun.id, (operation, call) =>
        around(operation, async () => {
          const result = await call();
          const key = await begun.own.database
            .prepare("SELECT error_file_key FROM imports WHERE import_code = ?")
            .bind(begun.code)
            .first<string>("error_file_key");
          expect(await env.FILES.head(key ?? "")).not.toBeNull();
          return result;
        }),
      );
      const left = await leftOf(begun);
      expect(left.report?.replaceAll(name, "reference"), what).toEqual(expected.report);
      expect({ ...left, report: expected.report }, what).toEqual(expected);
    });
  }, 240_000);

  test("goes on step by step where its slices are short", async () => {
    const begun = await begin("short");
    await run(
      begun.id,
      (_, call) => call(),
      () => ({ over: () => true }),
    );
    expect(await leftOf(begun)).toMatchObject({ original: "", files: 1, erasure: { phase: "done" } });
  });

  test("leaves no word of the person in the index", async () => {
    const { own, id } = await begin("indexed");
    const blocks = () =>
      own.database
        .prepare("SELECT count(*) AS n FROM lead_search_data WHERE instr(block, CAST('qxj' AS BLOB)) > 0")
        .first<number>("n");
    // As it is after an import was indexed: in a segment of its own, and then deleted.
    const row =
      "INSERT INTO lead_search (rowid, lead_name, lead_email) VALUES (77, 'zqxjkvw', 'zqxjkvw@example.test')";
    await own.database.prepare(row).run();
    await own.database.prepare("DELETE FROM lead_search WHERE rowid = 77").run();
    expect(await blocks()).toBeGreaterThan(0);
    await run(id, (_, call) => call());
    expect(await blocks()).toBe(0);
  });
});

test("the sweeper sends again what neither a lease nor a message keeps, first of each company", async () => {
  const own = await createCompany();
  const insert = own.database.prepare(
    `INSERT INTO erasures (company_id, requested_by, imports_up_to, created_at, moved_at, queued_at, leased_until)
     VALUES (?1, 1, 0, 1, 1, ?2, ?3) RETURNING id`,
  );
  const now = Date.now();
  const lost = await insert.bind(own.id, 1, null).first<number>("id");
  await insert.bind(own.id, null, null).run();
  const others = [await createCompany(), await createCompany()];
  await insert.bind(others[0]?.id, now, null).run();
  await insert.bind(others[1]?.id, null, now + 1000).run();
  const sent: unknown[] = [];
  const queue = { send: async (message: unknown) => sent.push(message) };
  await sweepErasures(openScheduledRun({ ...env, ERASURES: queue } as unknown as Env, now));
  expect(sent).toEqual([{ kind: "erasure", store: 0, erasure_id: lost }]);
  await own.database.prepare("DELETE FROM erasures WHERE person IS NULL AND finished_at IS NULL").run();
});

test.each([
  ["ana@one.test in the middle", true],
  ["ANA@ONE.test", true],
  ["+52 (55) 1234-5678,", true],
  ["5512345678", true],
  ["12345678 9", false],
  ["5512345678.0", true],
  ["12345678.05", false],
  ["5512345678 / 5511112222", true],
  ["5512345678 5511112222", true],
  ["5511112222 / 5512345678", true],
  ['{"email":"ana\\u0040one.test"}', true],
  ["ana&#64;one.test", true],
  ["ana\u200b@one.test", true],
  ["５５１２３４５６７８", true],
  ["ana＠one．test", true],
  ["ana\\x40one.test", true],
  ["ana\\@one.test", true],
  ["mailto:ana%40one.test", true],
  ["ana @ one.test", true],
  ["ana@one .test", true],
  ["ana@one。test", true],
  ["a\u0007na@one.test", true],
  ["ana&amp;#64;one.test", true],
  ["%4 0 %zz \\u00 \\", false],
  ["551234567", false],
  ["", false],
])("%j names the person: %s", (text, named) => {
  expect(isIn(text, { emails: ["ana@one.test"], phones: ["12345678"] })).toBe(named);
});
