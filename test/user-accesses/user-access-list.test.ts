import { describe, expect, test } from "vitest";
import { accessesInDatabase } from "../harness/accounts/user-accesses.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCompany, createUser, type TestUser } from "../harness/factories.ts";

const a = await createCompany({ name: "Alder" });
const b = await createCompany({ name: "Birch", parent: a });
const c = await createCompany({ name: "Cedar" });
const user = await createUser({
  access: [
    { company: c, role: "manager" },
    { company: b, role: "agent" },
    { company: a, role: "viewer" },
  ],
});
const owner = await createUser({ access: [{ company: a, role: "owner" }] });
const viewer = await createUser({ access: [{ company: b, role: "viewer" }] });
const operator = await createUser({ operator: true });
const rows = await accessesInDatabase(user);

const list = (caller: TestUser, query = "", of = user) =>
  call(`/users/${of.id}/user_access${query}`, { token: caller.token });
const companiesIn = async (answer: Promise<Response>): Promise<number[]> =>
  (await bodyOf(answer)).user_accesses.map((one: { company_id: number }) => one.company_id);

test("users and operators see all, with the names of company and role", async () => {
  for (const caller of [user, operator]) {
    expect(await bodyOf(list(caller))).toEqual({
      user_accesses: [
        [c, 2, "manager", true] as const,
        [b, 3, "agent", false] as const,
        [a, 4, "viewer", false] as const,
      ].map(([company, access, name, primary], index) => ({
        id: rows[index]?.id,
        user_id: user.id,
        company_id: company.id,
        company_name: company.name,
        access_id: access,
        access_name: name,
        primary,
        status: "active",
        invitation_id: null,
      })),
      meta: { current_page: 1, next_page: null, prev_page: null, total_pages: 1, total_records: 3 },
    });
  }
});

test("others see those in companies that they have access to, and count no more", async () => {
  for (const [caller, seen] of [
    [owner, [b, a]],
    [viewer, [b]],
  ] as const) {
    const answer = await bodyOf(list(caller));
    expect(answer.user_accesses.map((one: { company_id: number }) => one.company_id)).toEqual(
      seen.map(({ id }) => id),
    );
    expect(answer.meta.total_records).toBe(seen.length);
    expect(JSON.stringify(answer)).not.toContain("Cedar");
  }
  expect(await companiesIn(list(owner, `?company_id_eq=${c.id}`))).toEqual([]);
  expect(await companiesIn(list(owner, `?id_eq=${rows[0]?.id}`))).toEqual([]);
  expect(await companiesIn(list(owner, "?primary_eq=true"))).toEqual([]);
});

test("a user without an access has an empty list, for themselves and for operators", async () => {
  const nobody = await createUser();
  expect(await companiesIn(list(nobody, "", nobody))).toEqual([]);
  expect(await companiesIn(list(operator, "", nobody))).toEqual([]);
  await problemOf(list(owner, "", nobody), 404);
  await problemOf(list(nobody, "", owner), 404);
  await problemOf(call(`/users/${user.id}/user_access`), 401);
  await problemOf(call("/users/999999999/user_access", { token: operator.token }), 404);
});

describe("the list", () => {
  test.each([
    ["company_id_eq", () => b.id, () => [b.id]],
    ["access_id_eq", () => 4, () => [a.id]],
    ["access_id_eq", () => 1, () => []],
    ["primary_eq", () => "true", () => [c.id]],
    ["primary_eq", () => "1", () => [c.id]],
    ["primary_eq", () => "false", () => [b.id, a.id]],
    ["primary_eq", () => "", () => [c.id, b.id, a.id]],
    ["id_eq", () => rows[1]?.id, () => [b.id]],
    ["sort", () => "company_id", () => [a.id, b.id, c.id]],
    ["sort", () => "-id", () => [a.id, b.id, c.id]],
    ["sort", () => "-access_id", () => [a.id, b.id, c.id]],
  ])("takes %s", async (name, value, expected) => {
    expect(await companiesIn(list(user, `?${name}=${value()}`))).toEqual(expected());
  });

  test("comes in pages", async () => {
    const answer = await list(user, "?limit=2&page=2");
    expect(answer.headers.get("Link")).toContain('page=1>; rel="prev"');
    const { user_accesses: shown, meta } = await bodyOf(answer);
    expect(shown.map((one: { company_id: number }) => one.company_id)).toEqual([a.id]);
    expect(meta).toEqual({
      current_page: 2,
      next_page: null,
      prev_page: 1,
      total_pages: 2,
      total_records: 3,
    });
  });

  test.each([
    "primary_eq=yes",
    "primary_eq=2",
    "access_id_eq=agent",
    "company_name_eq=Alder",
    "user_id_eq=1",
  ])("refuses %s", async (query) => {
    await problemOf(list(user, `?${query}`), 400);
  });
});
