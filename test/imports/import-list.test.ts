import { env } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import { bodyOf, call, problemOf, upload, waitForImport } from "../harness/api.ts";
import {
  createCompany,
  createImportRow,
  createUser,
  type TestCompany,
  type TestUser,
} from "../harness/factories.ts";

const T0 = Date.parse("2026-02-17T21:54:09.000Z");

describe("the request that the reference shows", () => {
  const QUERY =
    "?page&limit&id_eq=&status_eq=&company_id_eq=&file_processed_at_gt=&file_processed_at_gteq=" +
    "&file_processed_at_lt=&file_processed_at_lteq=";
  const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

  test("with the bare token answers with every field, each of its type", async () => {
    const company = await createCompany();
    const user = await createUser({ access: [{ company, role: "manager" }] });
    const file = "email,phone\nana@example.test,\nnot-an-address,\n";
    const { import_code } = await upload(user.token, company.id, file);
    await waitForImport(import_code, user.token);

    const answer = await call(`/import${QUERY}`, { headers: { Authorization: user.token } });
    expect(answer.headers.get("Content-Type")).toBe("application/json");
    const body = await bodyOf(answer);
    expect(body).toEqual({
      import_files: [expect.any(Object)],
      meta: { current_page: 1, next_page: null, prev_page: null, total_pages: 1, total_records: 1 },
    });
    const [shown] = body.import_files;
    expect(shown).toMatchObject({
      id: expect.any(Number),
      import_code,
      status: 3,
      status_name: "completed_with_errors",
      total_records: 2,
      processed_records: 2,
      failed_records: 1,
      success_rate: 50,
      started_at: expect.stringMatching(TIME),
      finished_at: expect.stringMatching(TIME),
      error_file: expect.stringMatching(/^https:\/\/api\.test\/api\/v1\/import\/imp_\w+\/error_file\?/),
      original_file: expect.stringMatching(/^https:\/\/api\.test\/api\/v1\/import\/imp_\w+\/original_file\?/),
      imported_by: { id: user.id, full_name: expect.stringMatching(/^Person /), email: user.email },
      company: { id: company.id, name: company.name },
    });
    expect(Object.keys(shown).sort()).toEqual(
      [
        ...["id", "import_code", "status", "total_records", "processed_records", "failed_records"],
        ...["status_name", "started_at", "finished_at", "error_file", "original_file", "imported_by"],
        ...["success_rate", "company", "campaign_id", "created_records", "updated_records"],
        ...["unchanged_records", "duplicate_records", "warning_records", "progress", "on_duplicate"],
        ...["failure", "file", "created_at", "same_file_as", "parent_import_code", "undo", "warnings"],
        ...["events_url", "dry_run", "announced", "drift"],
        ...["records_per_second", "seconds_left"],
      ].sort(),
    );
  });
});

describe("companies on two lead stores", () => {
  let companies: TestCompany[];
  let member: TestUser;
  let operator: TestUser;
  const rows: { id: number; companyId: number; createdAt: number; finishedAt: number | null }[] = [];

  beforeAll(async () => {
    companies = [await createCompany({ store: 0 }), await createCompany({ store: 1 })];
    member = await createUser({ access: companies.map((company) => ({ company, role: "viewer" })) });
    operator = await createUser({ operator: true });
    const importers = [member, operator];
    for (let index = 0; index < 11; index++) {
      const company = companies[index % 2] as TestCompany;
      rows.push(
        await createImportRow(company, importers[index % 3 ? 0 : 1] as TestUser, {
          // Interleaved over the stores, with ties between them.
          createdAt: T0 + ((index * 7) % 5),
          finishedAt: index % 4 === 3 ? null : T0 + ((index * 3) % 4),
          status: index % 3 === 0 ? 3 : 2,
        }),
      );
    }
    const stranger = await createCompany({ store: 1 });
    await createImportRow(stranger, operator, { createdAt: T0 + 2, finishedAt: T0 + 2 });
  });

  async function allPages(token: string, query: string, limit: number): Promise<number[]> {
    const ids: number[] = [];
    for (let page = 1; ; page++) {
      const body = await bodyOf(call(`/import?limit=${limit}&page=${page}&${query}`, { token }));
      ids.push(...body.import_files.map((one: { id: number }) => one.id));
      if (body.meta.next_page === null) {
        expect(body.meta.total_records).toBe(ids.length);
        return ids;
      }
    }
  }

  test.each([
    ["", (row: (typeof rows)[0]) => row.id, -1],
    ["sort=id", (row: (typeof rows)[0]) => row.id, 1],
    ["sort=created_at", (row: (typeof rows)[0]) => row.createdAt, 1],
    ["sort=-created_at", (row: (typeof rows)[0]) => row.createdAt, -1],
    ["sort=file_processed_at", (row: (typeof rows)[0]) => row.finishedAt ?? 0, 1],
    ["sort=-file_processed_at", (row: (typeof rows)[0]) => row.finishedAt ?? 0, -1],
  ] as const)("are one list, page after page: %s", async (query, key, sign) => {
    const wanted = [...rows].sort((a, b) => sign * (key(a) - key(b) || a.id - b.id)).map((row) => row.id);
    expect(await allPages(member.token, query, 3)).toEqual(wanted);
    expect(await allPages(member.token, query, 100)).toEqual(wanted);
  });

  test("are filtered in both", async () => {
    const query = `status_eq=3&sort=created_at&created_at_gteq=${encodeURIComponent(new Date(T0 + 1).toISOString())}`;
    const wanted = rows
      .filter((row, index) => index % 3 === 0 && row.createdAt >= T0 + 1)
      .sort((a, b) => a.createdAt - b.createdAt || a.id - b.id);
    expect(new Set(wanted.map((row) => row.companyId)).size).toBe(2);
    expect(await allPages(member.token, query, 2)).toEqual(wanted.map((row) => row.id));
  });

  test("carry the names of their company and of who sent them", async () => {
    const { import_files: shown } = await bodyOf(call("/import?limit=100", { token: member.token }));
    for (const one of shown) {
      const row = rows.findIndex(({ id }) => id === one.id);
      const company = companies[row % 2];
      const importer = row % 3 ? member : operator;
      expect(one.company).toEqual({ id: company?.id, name: company?.name });
      expect(one.imported_by).toMatchObject({ id: importer.id, email: importer.email });
    }
  });

  test("narrowed to one company are its own", async () => {
    for (const company of companies) {
      const wanted = rows.filter((row) => row.companyId === company.id).map((row) => row.id);
      expect(await allPages(member.token, `company_id_eq=${company.id}&sort=id`, 2)).toEqual(wanted);
    }
  });

  test("an operator sees the imports of every company", async () => {
    const all: number[] = [];
    for (const store of [env.LEADS_0, env.LEADS_1]) {
      const { results } = await store.prepare("SELECT id FROM imports ORDER BY id").all<{ id: number }>();
      all.push(...results.map((row) => row.id));
    }
    expect(all.length).toBeGreaterThan(rows.length);
    expect(await allPages(operator.token, "sort=id", 5)).toEqual(all);
  });

  test("a page deeper than a merge goes is refused with what to do; within one company it is not", async () => {
    const problem = await problemOf(call("/import?page=101&limit=100", { token: member.token }), 400);
    expect(problem.errors[0]).toMatchObject({ pointer: "/page", code: "too_deep" });
    expect(problem.detail).toContain("company_id_eq");
    await bodyOf(call("/import?page=100&limit=100", { token: member.token }));
    const filtered = `/import?page=101&limit=100&company_id_eq=${companies[0]?.id}`;
    expect((await bodyOf(call(filtered, { token: member.token }))).import_files).toEqual([]);
  });
});

test("who has no company has an empty list, not a refusal", async () => {
  const nobody = await createUser();
  const body = await bodyOf(call("/import", { token: nobody.token }));
  expect(body.import_files).toEqual([]);
  expect(body.meta.total_records).toBe(0);
  expect((await bodyOf(call("/companies", { token: nobody.token }))).companies).toEqual([]);
});
