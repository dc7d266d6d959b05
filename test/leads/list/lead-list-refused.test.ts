import { beforeAll, describe, expect, test } from "vitest";
import { call, problemOf } from "../../harness/api.ts";
import { company, createLeads, manager, namesIn } from "./listed-leads.ts";

beforeAll(createLeads);

describe("what is refused with 400", () => {
  test.each([
    ["an unknown stage", "stage_eq=sold", "/stage_eq", "unknown_stage", "won (6)"],
    ["one among several", "stage_in=new,sold", "/stage_in", "unknown_stage", "new (1)"],
    ["an unknown question", "answers.nope_eq=1", "/answers.nope_eq", "unknown_question", "budget"],
    ["a number that is none", "answers.budget_eq=much", "/answers.budget_eq", "invalid_value", "number"],
    ["a date that is none", "answers.visit_gt=soon", "/answers.visit_gt", "invalid_value", "date"],
    ["an order of words", "answers.remark_gt=a", "/answers.remark_gt", "invalid_value", "text"],
    ["a flag that is none", "answers.remark_null=maybe", "/answers.remark_null", "invalid_value", "true"],
    [
      "a value given twice",
      "answers.remark_eq=a&answers.remark_eq=b",
      "/answers.remark_eq",
      "repeated",
      "once",
    ],
    [
      "an unknown comparison",
      "answers.budget_like=1",
      "/answers.budget_like",
      "unknown_field",
      "answers.<key>",
    ],
    ["another", "custom_fields.a_gt=1", "/custom_fields.a_gt", "unknown_field", "custom_fields.<name>"],
    ["an unknown parameter", "nope=1", "/nope", "unknown_field", "email_cont"],
    ["what every object has", "__proto__=1", "/__proto__", "unknown_field", "email_cont"],
    ["an order that no index serves", "sort=city", "/sort", "invalid_value", "created_at"],
    ["a page beside a cursor", "page=2&cursor=abc", "/page", "with_cursor", "cursor"],
    ["a cursor that is none", "cursor=abc", "/cursor", "invalid_value", "next_cursor"],
    ["too long a text", `email_cont=${"x".repeat(256)}`, "/email_cont", "too_big", "255"],
    ["more filters than a statement takes", many(31), "/custom_fields.f30_eq", "too_many", "30"],
    [
      "more values than each lead can be compared with",
      `custom_fields.a_in=${Array(60).fill("x")}&custom_fields.b_in=${Array(41).fill("x")}`,
      "/custom_fields.b_in",
      "too_many",
      "100 values",
    ],
    [
      "more parts of texts than can be looked for in each lead",
      ["email", "phone", "first_name", "last_name", "company_name", "job_title"]
        .flatMap((field) => [`${field}_cont=x`, `${field}_start=x`])
        .join("&"),
      "/job_title_cont",
      "too_many",
      "10 filters",
    ],
  ])("%s", async (_, query, pointer, code, says) => {
    const path = `/companies/${company.id}/leads?${query}`;
    const problem = await problemOf(call(path, { token: manager.token }), 400);
    expect(problem.errors).toEqual([
      { pointer, parameter: pointer.slice(1), code, detail: expect.stringContaining(says) },
    ]);
  });

  test("everything that is wrong at once", async () => {
    const path = `/companies/${company.id}/leads?limit=0&nope=1`;
    const { errors } = await problemOf(call(path, { token: manager.token }), 400);
    expect(errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual(["/limit", "/nope"]);
  });

  test("as many filters as are allowed are no trouble for the database", async () => {
    expect(await namesIn(many(30))).toEqual([]);
  });
});

function many(count: number): string {
  return Array.from({ length: count }, (_, index) => `custom_fields.f${index}_eq=x`).join("&");
}
