import { beforeAll, describe, expect, test } from "vitest";
import { bodyOf, call } from "../../harness/api.ts";
import { createCompany, createImportRow, createUser, type TestCompany } from "../../harness/factories.ts";
import { createImports, type ImportRow, idsOf, rows, user } from "./made-imports.ts";

beforeAll(createImports);

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
