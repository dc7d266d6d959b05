import { beforeAll, expect, test } from "vitest";
import { call, problemOf } from "../../harness/api.ts";
import { createCompany, createUser, type TestUser } from "../../harness/factories.ts";

let user: TestUser;
let company: { id: number };

beforeAll(async () => {
  company = await createCompany();
  user = await createUser({ access: [{ company, role: "owner" }] });
});

/** So many parameters, or values. */
const times = (count: number, one: (index: number) => string, between = "&") =>
  Array.from({ length: count }, (_, index) => one(index)).join(between);

test.each([
  [
    "leads",
    times(31, (at) => `custom_fields.f${at}_eq=1`),
    "custom_fields.f30_eq",
    /at most 30 filters at once$/,
  ],
  [
    "leads",
    times(11, (at) => `custom_fields.f${at}_cont=1`),
    "custom_fields.f10_cont",
    /at most 10 filters by _cont/,
  ],
  [
    "leads",
    `custom_fields.f_in=${times(101, String, ",")}`,
    "custom_fields.f_in",
    /^must have at most 100 values$/,
  ],
  [
    "leads",
    times(2, (at) => `custom_fields.f${at}_in=${times(60, String, ",")}`),
    "custom_fields.f1_in",
    /^is one too many: at most 100 values in all filters by answers/,
  ],
  [
    "leads",
    "custom_fields.f_eq=1&custom_fields.f_eq=2",
    "custom_fields.f_eq",
    /^is there 2 times: send it once$/,
  ],
  ["leads", `id_in=${times(101, String, ",")}`, "id_in", /^must have at most 100 values$/],
  ["leads", times(101, () => "email_in=a"), "email_in", /^must be at most 100 values, .* 4096 characters$/],
  ["leads", "limit=5&limit=6&limit=7", "limit", /^is there 3 times: send it once$/],
  ["leads", "sort=created_at&sort=created_at", "sort", /^is there 2 times: send it once$/],
  ["leads", "q=ana&q=ivan", "q", /^is there 2 times: send it once$/],
  ["leads", "sort=name", "sort", /^must be one of created_at, -created_at, updated_at, -updated_at$/],
  ["leads", "limit=101", "limit", /^must be at most 100$/],
  ["leads", "page=0", "page", /^must be at least 1$/],
  ["leads", `q=${"x".repeat(256)}`, "q", /^must have at most 255 characters$/],
  ["leads", "email_null=maybe", "email_null", /^must be one of 0, 1, true, false$/],
  ["leads", "cursor=1", "cursor", /^is not a cursor: send next_cursor of the page before$/],
  ["leads", "nope=1", "nope", /^is not known here; allowed: page, /],
  ["leads/metrics", "from=2026-01-01&from=2026-01-02", "from", /^is there 2 times: send it once$/],
  ["leads/metrics", "interval=year", "interval", /^must be one of day, week, month$/],
  ["events", "after=1-1&after=1-2", "after", /^is there 2 times: send it once$/],
  ["events", "limit=501", "limit", /^must be at most 500$/],
])("%s, case %#: a refusal says which parameter, and what to send", async (list, query, name, words) => {
  const problem = await problemOf(
    call(`/companies/${company.id}/${list}?${query}`, { token: user.token }),
    400,
  );
  expect(problem.errors).toEqual([
    {
      pointer: `/${name}`,
      parameter: name,
      code: expect.any(String),
      detail: expect.stringMatching(words),
    },
  ]);
  expect(problem.detail).toBe(`${name}: ${problem.errors[0].detail}`);
});

test("what is missing, and what is no address, is said so", async () => {
  const find = (query: string) => problemOf(call(`/users/find_by_email${query}`, { token: user.token }), 400);
  expect((await find("")).detail).toBe("email: is missing");
  expect((await find("?email=ana")).detail).toBe("email: must be an e-mail address");
});

test("so it is of a body, whose errors name no parameter", async () => {
  const json = { email: 5, company_id: company.id, access_id: "3", first_name: "x".repeat(300) };
  const sent = call("/invitations", { method: "POST", json, token: user.token });
  expect((await problemOf(sent, 422)).errors).toEqual([
    { pointer: "/email", code: "invalid_type", detail: "must be text" },
    { pointer: "/access_id", code: "invalid_type", detail: "must be a number, not text" },
    { pointer: "/first_name", code: "too_big", detail: "must have at most 255 characters" },
  ]);
});

test.each([
  [
    "/users/refresh",
    "refresh_token",
    "no token",
    "is no refresh token: send the one of your last sign-in or refresh",
  ],
  ["/companies/{id}/api_keys", "expires_at", "tomorrow", "must be a time such as 2026-02-17T21:54:09.000Z"],
])("one mistake is told once, in plain words: %s %s", async (path, field, value, detail) => {
  const answer = call(path.replace("{id}", `${company.id}`), {
    token: user.token,
    method: "POST",
    json: { ...(field === "expires_at" && { name: "k", role: "viewer" }), [field]: value },
  });
  expect((await problemOf(answer, 422)).errors).toEqual([
    { pointer: `/${field}`, code: expect.any(String), detail },
  ]);
});
