import { beforeAll, describe, expect, test } from "vitest";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import {
  createCampaign,
  createCompany,
  createImportRow,
  createUser,
  type TestCompany,
  type TestUser,
} from "../../harness/factories.ts";

type ImportRow = Awaited<ReturnType<typeof createImportRow>>;

const T0 = Date.parse("2026-02-17T21:54:09.000Z");
const iso = (milliseconds: number) => encodeURIComponent(new Date(milliseconds).toISOString());
const SECOND = 1000;

let company: TestCompany;
let child: TestCompany;
let user: TestUser;
let campaignId: number;
const rows: ImportRow[] = [];

/** What of a list is in question: the ids, in order. */
async function idsOf(path: string, token = user.token): Promise<number[]> {
  const body = await bodyOf(call(path, { token }));
  return (body.import_files ?? body.companies).map((one: { id: number }) => one.id);
}

beforeAll(async () => {
  company = await createCompany({ createdAt: T0 });
  child = await createCompany({ parent: company, createdAt: T0 });
  user = await createUser({ access: [{ company, role: "viewer" }] });
  campaignId = (await createCampaign(company)).id;
  const finished = [0, 1, 2, 2, 3, null, null];
  for (const [index, status] of [2, 3, 4, 2, 2, 0, 1].entries()) {
    const after = finished[index];
    rows.push(
      await createImportRow(index === 4 ? child : company, user, {
        status,
        campaignId: index % 3 === 0 ? campaignId : null,
        finishedAt: typeof after === "number" ? T0 + after * SECOND : null,
        // Not in the order of the ids, and two alike.
        createdAt: T0 + ((index * 3) % 5) * SECOND,
      }),
    );
  }
});

describe("filters of GET /import", () => {
  type Keep = (row: ImportRow) => boolean;
  const finished = (row: ImportRow) => row.finishedAt ?? Number.NaN;
  const cases: [string, () => string, Keep][] = [
    ["id_eq", () => `id_eq=${rows[2]?.id}`, (row) => row.id === rows[2]?.id],
    ["import_code_eq", () => `import_code_eq=${rows[1]?.importCode}`, (row) => row === rows[1]],
    ["company_id_eq", () => `company_id_eq=${child.id}`, (row) => row.companyId === child.id],
    ["campaign_id_eq", () => `campaign_id_eq=${campaignId}`, (row) => row.campaignId === campaignId],
    ["status_eq by number", () => "status_eq=2", (row) => row.status === 2],
    ["status_eq by name", () => "status_eq=completed_with_errors", (row) => row.status === 3],
    ["status_in", () => "status_in=0,processing,4", (row) => [0, 1, 4].includes(row.status)],
    [
      "file_processed_at_gt",
      () => `file_processed_at_gt=${iso(T0 + 2 * SECOND)}`,
      (row) => finished(row) > T0 + 2 * SECOND,
    ],
    [
      "file_processed_at_gteq",
      () => `file_processed_at_gteq=${iso(T0 + 2 * SECOND)}`,
      (row) => finished(row) >= T0 + 2 * SECOND,
    ],
    [
      "file_processed_at_lt",
      () => `file_processed_at_lt=${iso(T0 + 2 * SECOND)}`,
      (row) => finished(row) < T0 + 2 * SECOND,
    ],
    [
      "file_processed_at_lteq",
      () => `file_processed_at_lteq=${iso(T0 + 2 * SECOND)}`,
      (row) => finished(row) <= T0 + 2 * SECOND,
    ],
    [
      "created_at_gt",
      () => `created_at_gt=${iso(T0 + 2 * SECOND)}`,
      (row) => row.createdAt > T0 + 2 * SECOND,
    ],
    [
      "created_at_gteq",
      () => `created_at_gteq=${iso(T0 + 2 * SECOND)}`,
      (row) => row.createdAt >= T0 + 2 * SECOND,
    ],
    [
      "created_at_lt",
      () => `created_at_lt=${iso(T0 + 2 * SECOND)}`,
      (row) => row.createdAt < T0 + 2 * SECOND,
    ],
    [
      "created_at_lteq",
      () => `created_at_lteq=${iso(T0 + 2 * SECOND)}`,
      (row) => row.createdAt <= T0 + 2 * SECOND,
    ],
    [
      "a time with an offset",
      () => `created_at_lt=${encodeURIComponent("2026-02-17T23:54:11.000+02:00")}`,
      (row) => row.createdAt < T0 + 2 * SECOND,
    ],
    [
      "a time without milliseconds",
      () => "created_at_lteq=2026-02-17T21:54:10Z",
      (row) => row.createdAt <= T0 + SECOND,
    ],
    [
      "several at once",
      () => `status_eq=2&company_id_eq=${company.id}&created_at_gt=${iso(T0)}`,
      (row) => row.status === 2 && row.companyId === company.id && row.createdAt > T0,
    ],
    [
      "empty ones beside one that is not",
      () => "page=&limit&id_eq=&status_eq=2&status_in=&sort=",
      (row) => row.status === 2,
    ],
  ];

  test.each(cases)("%s", async (_, query, keep) => {
    const wanted = rows.filter(keep).map((row) => row.id);
    expect(wanted.length).toBeGreaterThan(0);
    expect(wanted.length).toBeLessThan(rows.length);
    expect(await idsOf(`/import?${query()}`)).toEqual(wanted.reverse());
  });

  test.each([
    ["a date alone is its first instant", "created_at_gteq=2026-02-17", true],
    ["a date alone ends nothing later", "created_at_lteq=2026-02-17", false],
    ["an id that nothing has", "id_eq=9007199254740991", false],
    ["an id that nothing can have", "id_eq=-1", false],
    ["a company of others", "company_id_eq=999999", false],
    ["a code of nobody", "import_code_eq=%25", false],
  ])("%s", async (_, query, all) => {
    expect(await idsOf(`/import?${query}`)).toHaveLength(all ? rows.length : 0);
  });
});

describe("filters of GET /companies", () => {
  const made: Record<string, TestCompany> = {};
  let member: TestUser;

  beforeAll(async () => {
    const create = async (key: string, name: string, after: number, parent?: TestCompany) => {
      made[key] = await createCompany({ name, createdAt: T0 + after * SECOND, ...(parent && { parent }) });
      return made[key];
    };
    const acme = await create("acme", "Acme 100% Ads", 0);
    await create("north", "Acme North", 1, acme);
    const other = await create("other", "other_agency of the acme family", 2);
    await create("long", `Zeta ${"long ".repeat(20)}`, 3);
    await createCompany({ name: "Acme that is not ours", createdAt: T0 });
    const roots = [acme, other, made.long as TestCompany];
    member = await createUser({ access: roots.map((one) => ({ company: one, role: "viewer" })) });
  });

  const cases: [string, () => string, string[]][] = [
    ["nothing", () => "", ["acme", "north", "other", "long"]],
    ["id_eq", () => `id_eq=${made.other?.id}`, ["other"]],
    ["id_in", () => `id_in=${made.north?.id},${made.long?.id},1`, ["north", "long"]],
    ["name_eq", () => "name_eq=Acme%20North", ["north"]],
    ["name_eq is exact", () => "name_eq=acme%20north", []],
    ["name_cont in any case", () => "name_cont=ACME", ["acme", "north", "other"]],
    ["name_start in any case", () => "name_start=acme", ["acme", "north"]],
    ["name_cont with a percent sign that is one", () => "name_cont=0%25%20a", ["acme"]],
    ["name_cont with an underscore that is one", () => "name_cont=r_a", ["other"]],
    ["name_cont longer than D1 allows in LIKE", () => `name_cont=${"long%20".repeat(15)}`, ["long"]],
    ["name_cont with a quote", () => "name_cont=%27", []],
    ["parent_company_id_eq", () => `parent_company_id_eq=${made.acme?.id}`, ["north"]],
    ["parent_company_id_null=true", () => "parent_company_id_null=true", ["acme", "other", "long"]],
    ["parent_company_id_null=0", () => "parent_company_id_null=0", ["north"]],
    ["created_at_gt", () => `created_at_gt=${iso(T0 + SECOND)}`, ["other", "long"]],
    ["created_at_gteq", () => `created_at_gteq=${iso(T0 + SECOND)}`, ["north", "other", "long"]],
    ["created_at_lt", () => `created_at_lt=${iso(T0 + SECOND)}`, ["acme"]],
    ["created_at_lteq", () => `created_at_lteq=${iso(T0 + SECOND)}`, ["acme", "north"]],
    ["sort=-id", () => "sort=-id", ["long", "other", "north", "acme"]],
    ["sort=name", () => "sort=name", ["acme", "north", "long", "other"]],
    ["sort=-created_at", () => "sort=-created_at", ["long", "other", "north", "acme"]],
  ];

  test.each(cases)("%s", async (_, query, wanted) => {
    expect(await idsOf(`/companies?${query()}`, member.token)).toEqual(wanted.map((key) => made[key]?.id));
  });
});

describe("order", () => {
  const by = (key: (row: ImportRow) => number, sign: number) =>
    [...rows].sort((a, b) => sign * (key(a) - key(b) || a.id - b.id)).map((row) => row.id);
  const finished = (row: ImportRow) => row.finishedAt ?? 0;

  test.each([
    ["", (row: ImportRow) => row.id, -1],
    ["id", (row: ImportRow) => row.id, 1],
    ["-id", (row: ImportRow) => row.id, -1],
    ["created_at", (row: ImportRow) => row.createdAt, 1],
    ["-created_at", (row: ImportRow) => row.createdAt, -1],
    ["file_processed_at", finished, 1],
    ["-file_processed_at", finished, -1],
  ] as const)("sort=%s, ties by id", async (sort, key, sign) => {
    expect(await idsOf(`/import?sort=${sort}`)).toEqual(by(key, sign));
  });
});

describe("pages", () => {
  const metaOf = async (query: string) =>
    (await bodyOf(call(`/import?${query}`, { token: user.token }))).meta;

  test.each([
    ["limit=3", { current_page: 1, next_page: 2, prev_page: null, total_pages: 3, total_records: 7 }],
    ["limit=3&page=2", { current_page: 2, next_page: 3, prev_page: 1, total_pages: 3, total_records: 7 }],
    ["limit=3&page=3", { current_page: 3, next_page: null, prev_page: 2, total_pages: 3, total_records: 7 }],
    ["limit=3&page=9", { current_page: 9, next_page: null, prev_page: 3, total_pages: 3, total_records: 7 }],
    ["limit=7", { current_page: 1, next_page: null, prev_page: null, total_pages: 1, total_records: 7 }],
    ["limit=100", { current_page: 1, next_page: null, prev_page: null, total_pages: 1, total_records: 7 }],
    [
      "page=1000000&limit=100",
      { current_page: 1_000_000, next_page: null, prev_page: 1, total_pages: 1, total_records: 7 },
    ],
    ["status_eq=7", { current_page: 1, next_page: null, prev_page: null, total_pages: 0, total_records: 0 }],
    [
      "status_eq=7&page=2",
      { current_page: 2, next_page: null, prev_page: null, total_pages: 0, total_records: 0 },
    ],
  ])("meta of %s", async (query, meta) => {
    expect(await metaOf(query)).toEqual(meta);
  });

  test("one after another hold every row once", async () => {
    const pages = [];
    for (const page of [1, 2, 3, 4]) pages.push(await idsOf(`/import?limit=2&page=${page}&sort=id`));
    expect(pages.map((one) => one.length)).toEqual([2, 2, 2, 1]);
    expect(pages.flat()).toEqual(rows.map((row) => row.id));
  });

  test("limit is 25 where none is given", async () => {
    const many = await createUser({ access: [{ company: await createManyImports(26), role: "viewer" }] });
    expect(await idsOf("/import?limit=", many.token)).toHaveLength(25);
    expect(await idsOf("/import?limit=&page=2", many.token)).toHaveLength(1);
  });

  test("Link leads to each neighbour with every other parameter kept", async () => {
    const answer = await call("/import?limit=3&page=2&status_eq=&sort=id", { token: user.token });
    const links = new Map(
      [...(answer.headers.get("Link") ?? "").matchAll(/<([^>]+)>; rel="(\w+)"/g)].map(
        ([, url = "", rel = ""]) => [rel, new URL(url)] as const,
      ),
    );
    expect([...links.keys()]).toEqual(["first", "prev", "next", "last"]);
    expect([...links.values()].map((url) => url.searchParams.get("page"))).toEqual(["1", "1", "3", "3"]);
    const next = links.get("next") as URL;
    expect(next.pathname).toBe("/api/v1/import");
    expect(next.searchParams.get("limit")).toBe("3");
    expect(await idsOf(next.pathname.replace("/api/v1", "") + next.search)).toEqual([rows[6]?.id]);
  });

  test.each([
    ["the first page", "limit=3", ["first", "next", "last"]],
    ["the last page", "limit=3&page=3", ["first", "prev", "last"]],
    ["a page past the end", "limit=3&page=9", ["first", "prev", "last"]],
    ["an empty list", "status_eq=7", ["first"]],
  ])("Link of %s", async (_, query, rels) => {
    const answer = await call(`/import?${query}`, { token: user.token });
    expect([...(answer.headers.get("Link") ?? "").matchAll(/rel="(\w+)"/g)].map(([, rel]) => rel)).toEqual(
      rels,
    );
  });
});

async function createManyImports(count: number): Promise<TestCompany> {
  const many = await createCompany();
  for (let index = 0; index < count; index++) await createImportRow(many, user);
  return many;
}

describe("a parameter that cannot be read is a 400 that names it", () => {
  test.each([
    ["limit=0", "/limit"],
    ["limit=101", "/limit"],
    ["limit=-1", "/limit"],
    ["limit=1.5", "/limit"],
    ["limit=ten", "/limit"],
    ["limit=1e1", "/limit"],
    ["limit=0x10", "/limit"],
    ["limit=%205%20", "/limit"],
    ["limit=%2B5", "/limit"],
    ["limit=5&limit=6", "/limit"],
    ["page=0", "/page"],
    ["page=-1", "/page"],
    ["page=abc", "/page"],
    ["page=NaN", "/page"],
    ["page=1e1", "/page"],
    ["page=0b1", "/page"],
    ["page=1.0", "/page"],
    ["page=%0A1", "/page"],
    ["page=1000001", "/page"],
    ["page=99999999999999999999", "/page"],
    ["page=Infinity", "/page"],
    ["page=1&page=2", "/page"],
    ["id_eq=abc", "/id_eq"],
    ["id_eq=1%20OR%201=1", "/id_eq"],
    ["id_eq=1&id_eq=2", "/id_eq"],
    ["id_eq=1e3", "/id_eq"],
    ["id_eq=9007199254740992", "/id_eq"],
    ["id_eq=99999999999999999999", "/id_eq"],
    ["status_eq=8", "/status_eq"],
    ["status_eq=done", "/status_eq"],
    ["status_eq=constructor", "/status_eq"],
    ["status_in=2,done", "/status_in/1"],
    ["company_id_eq=1.0", "/company_id_eq"],
    ["file_processed_at_gt=yesterday", "/file_processed_at_gt"],
    ["file_processed_at_gteq=2026-02-30", "/file_processed_at_gteq"],
    ["file_processed_at_lt=2026-02-17T25:00:00Z", "/file_processed_at_lt"],
    ["file_processed_at_lteq=2026-02-17T21:54:09", "/file_processed_at_lteq"],
    ["created_at_gt=1771366449000", "/created_at_gt"],
    ["created_at_lt=2026-02-17&created_at_lt=2026-02-18", "/created_at_lt"],
    ["sort=name", "/sort"],
    ["sort=%2Bid", "/sort"],
    ["sort=id;DROP%20TABLE%20imports", "/sort"],
    ["sort=id&sort=-id", "/sort"],
    [`import_code_eq=${"x".repeat(256)}`, "/import_code_eq"],
  ])("%s", async (query, pointer) => {
    const problem = await problemOf(call(`/import?${query}`, { token: user.token }), 400);
    expect(problem.code).toBe("invalid_parameter");
    expect(problem.errors.map((one: { pointer: string }) => one.pointer)).toEqual([pointer]);
  });

  test.each([
    "nope=1",
    "id=1",
    "id_gt=1",
    "status_not_eq=2",
    "ID_EQ=1",
    "page[]=1",
    "constructor=1",
    "__proto__=1",
    "__proto__=1&__proto__=2",
  ])("%s is not known, and the answer lists what is", async (query) => {
    const problem = await problemOf(call(`/import?${query}`, { token: user.token }), 400);
    const [only, ...rest] = problem.errors;
    expect(rest).toEqual([]);
    expect(only).toMatchObject({ pointer: `/${query.split("=")[0]}`, code: "unknown_field" });
    for (const name of ["page", "limit", "sort", "id_eq", "status_in", "file_processed_at_lteq"]) {
      expect(only.detail).toContain(name);
    }
  });

  test("all of them at once", async () => {
    const problem = await problemOf(call("/import?limit=0&page=abc&nope=1", { token: user.token }), 400);
    expect(problem.errors.map((one: { pointer: string }) => one.pointer).sort()).toEqual([
      "/limit",
      "/nope",
      "/page",
    ]);
  });

  test("a route that takes no query refuses one, and passes an empty one over", async () => {
    await problemOf(call("/users/validate_jwt?verbose=1", { token: user.token }), 400);
    await problemOf(call("/users/validate_jwt?__proto__=1", { token: user.token }), 400);
    await bodyOf(call("/users/validate_jwt?verbose=", { token: user.token }));
  });
});
