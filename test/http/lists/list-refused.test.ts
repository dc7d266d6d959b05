import { beforeAll, describe, expect, test } from "vitest";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import { createImports, user } from "./made-imports.ts";

beforeAll(createImports);

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
