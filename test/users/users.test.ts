import { describe, expect, test } from "vitest";
import { UserAnswer, UsersAnswer } from "../../src/users/schemas.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import type { TestCompany } from "../harness/factories.ts";
import { a, b, north, people, prepareCustomers, type Who } from "./two-customers.ts";

prepareCustomers();

const nameOf = (id: number) =>
  (Object.keys(people) as Who[]).find((who) => people[who].id === id) ?? `stranger ${id}`;

/** Whom a list shows, page after page. */
async function listed(who: Who, query = ""): Promise<string[]> {
  const names: string[] = [];
  for (let page = 1; ; page++) {
    const answer = await bodyOf(call(`/users?limit=2&page=${page}&${query}`, { token: people[who].token }));
    const { users, meta } = UsersAnswer.parse(answer);
    names.push(...users.map(({ id }) => nameOf(id)));
    if (meta.next_page !== null) continue;
    expect(meta.total_records).toBe(names.length);
    expect(new Set(names).size).toBe(names.length);
    return names;
  }
}

const OF_A = ["aOwner", "aViewer", "northAgent", "northOwner", "both", "pending"];
const OF_B = ["both", "bOwner", "bDisabled"];

describe("the list of users", () => {
  test.each<[Who, string[]]>([
    ["aOwner", OF_A],
    ["aViewer", OF_A],
    ["northAgent", OF_A],
    // Down from a company, not up to it.
    ["northOwner", ["northAgent", "northOwner", "pending"]],
    ["both", [...OF_A, "bOwner", "bDisabled"]],
    ["bOwner", OF_B],
    ["loner", ["loner"]],
    ["operator", [...OF_A, "bOwner", "bDisabled", "loner", "operator"]],
  ])("shows %s each user of the companies they see once, and themselves", async (who, wanted) => {
    expect(await listed(who)).toEqual(wanted);
  });

  test.each<[string, string[]]>([
    ["first_name_cont=alm", ["aOwner", "pending"]],
    ["last_name_cont=CRUZ", ["aOwner", "aViewer"]],
    ["first_name_cont=_100%25", ["northAgent"]],
    ["first_name_cont=%25", ["northAgent"]],
    ["email_eq=Dora%40Both.TEST", ["both"]],
    ["email_cont=BOTH.te", ["both"]],
    ["email_eq=owner%40beta.test", []],
    ["status_eq=pending", ["pending"]],
    ["status_eq=disabled", []],
    ["status_in=pending,disabled", ["pending"]],
    ["first_name_cont=alm&status_eq=active", ["aOwner"]],
    ["first_name_cont=&status_eq=&company_id_eq", OF_A],
    ["access_id_eq=3", ["northAgent", "both"]],
    ["access_id_eq=manager", []],
    ["created_at_gt=2999-01-01", []],
    ["created_at_lteq=2999-01-01", OF_A],
    ["sort=-id", [...OF_A].reverse()],
    ["sort=first_name", ["aOwner", "pending", "aViewer", "northAgent", "both", "northOwner"]],
    ["sort=-first_name", ["northOwner", "both", "northAgent", "aViewer", "pending", "aOwner"]],
    ["sort=-email&email_cont=both", ["both"]],
  ])("is narrowed and sorted by %s", async (query, wanted) => {
    expect(await listed("aOwner", query)).toEqual(wanted);
  });

  test("asks for one access that fits, in a company that the caller sees", async () => {
    const of = (company: TestCompany, access = "") => `company_id_eq=${company.id}${access}`;
    expect(await listed("aOwner", of(a))).toEqual(["aOwner", "aViewer", "northAgent", "both"]);
    expect(await listed("aOwner", of(north))).toEqual(["northAgent", "northOwner", "pending"]);
    // An agent in North and a viewer in Alpha is no agent in Alpha.
    expect(await listed("aOwner", of(a, "&access_id_eq=3"))).toEqual(["both"]);
    expect(await listed("aOwner", of(north, "&access_id_eq=3"))).toEqual(["northAgent"]);
    // What the shared user is elsewhere, nobody learns.
    expect(await listed("aOwner", of(b))).toEqual([]);
    expect(await listed("aOwner", "access_id_eq=2")).toEqual([]);
    expect(await listed("bOwner", "access_id_eq=2")).toEqual(["both"]);
    expect(await listed("both", of(b, "&access_id_eq=2"))).toEqual(["both"]);
    expect(await listed("operator", of(b, "&access_id_eq=2"))).toEqual(["both"]);
    expect(await listed("operator", of({ ...a, id: 999_999 }))).toEqual([]);
  });

  test("finds users by their ids among those who are seen", async () => {
    const ids = [people.both.id, people.aViewer.id, people.bOwner.id, people.loner.id].join(",");
    expect(await listed("aOwner", `id_in=${ids}`)).toEqual(["aViewer", "both"]);
    expect(await listed("aOwner", `id_eq=${people.bOwner.id}`)).toEqual([]);
    expect(await listed("bOwner", `id_in=${ids}`)).toEqual(["both", "bOwner"]);
  });

  test.each([
    ["status_eq=gone", "/status_eq"],
    ["status_in=active,gone", "/status_in/1"],
    ["access_id_eq=9", "/access_id_eq"],
    ["operator_eq=1", "/operator_eq"],
    ["password_hash_cont=a", "/password_hash_cont"],
    ["sort=password_hash", "/sort"],
    ["company_id_eq=x", "/company_id_eq"],
  ])("refuses %s and names it", async (query, pointer) => {
    const problem = await problemOf(call(`/users?${query}`, { token: people.aOwner.token }), 400);
    expect(problem.errors.map((one: { pointer: string }) => one.pointer)).toEqual([pointer]);
  });

  test("says nothing of companies that the caller does not see", async () => {
    const text = await (await call("/users?limit=100", { token: people.aOwner.token })).text();
    expect(text).toContain('"primary_company":{"id":');
    for (const secret of ["Beta", `"company_id":${b.id},`, `{"id":${b.id},"name"`]) {
      expect(text).not.toContain(secret);
    }
  });
});

describe("a user by their id", () => {
  test("is shown as the caller may see them, with an ETag", async () => {
    const path = `/users/${people.both.id}`;
    const seen = async (who: Who) =>
      UserAnswer.parse(await bodyOf(call(path, { token: people[who].token }))).user;
    const whole = {
      primary_access: { company_id: b.id, access_id: 2, access_name: "manager" },
      primary_company: { id: b.id, name: "Beta", default: true, parent_company_id: null },
    };
    for (const who of ["both", "bOwner", "operator"] as const) expect(await seen(who)).toMatchObject(whole);
    const masked = await seen("aOwner");
    expect(masked).toMatchObject({ id: people.both.id, email: "dora@both.test" });
    expect(masked).toMatchObject({ primary_access: null, primary_company: null });

    const first = await call(path, { token: people.aOwner.token });
    const etag = first.headers.get("ETag") ?? "";
    expect(etag).not.toBe("");
    const again = await call(path, { token: people.aOwner.token, headers: { "If-None-Match": etag } });
    expect(again.status).toBe(304);
  });

  test("does not exist for people who share no company with them", async () => {
    const {
      request_id: _,
      instance: __,
      ...absent
    } = await problemOf(call("/users/999999", { token: people.aOwner.token }), 404);
    for (const [who, whom] of [
      ["aOwner", "bOwner"],
      ["aOwner", "loner"],
      ["aOwner", "operator"],
      ["bOwner", "aViewer"],
      ["loner", "both"],
    ] as const) {
      const {
        request_id: _,
        instance: __,
        ...hidden
      } = await problemOf(call(`/users/${people[whom].id}`, { token: people[who].token }), 404);
      expect(hidden).toEqual(absent);
    }
    await bodyOf(call(`/users/${people.loner.id}`, { token: people.loner.token }));
    for (const id of ["0", "-1", "abc", "1e3", "99999999999999999999"]) {
      await problemOf(call(`/users/${id}`, { token: people.aOwner.token }), 404);
    }
  });
});
