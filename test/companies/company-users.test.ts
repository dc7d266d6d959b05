import { beforeAll, describe, expect, test } from "vitest";
import { CompanyUsersAnswer } from "../../src/users/schemas.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../harness/factories.ts";
import { rowsOf } from "../harness/people.ts";

let parent: TestCompany;
let company: TestCompany;
let rival: TestCompany;
let parentOwner: TestUser;
let owner: TestUser;
let viewer: TestUser;
/** Primary at the rival's. */
let shared: TestUser;
let pending: TestUser;
let rivalOwner: TestUser;

beforeAll(async () => {
  parent = await createCompany({ name: "Holding" });
  company = await createCompany({ name: "Alpha", parent });
  rival = await createCompany({ name: "Rival" });
  parentOwner = await createUser({ access: [{ company: parent, role: "owner" }] });
  owner = await createUser({
    access: [{ company, role: "owner" }],
    firstName: "Zoe",
    email: "zoe@alpha.test",
  });
  viewer = await createUser({ access: [{ company, role: "viewer" }], firstName: "Yan" });
  shared = await createUser({
    access: [
      { company: rival, role: "manager" },
      { company, role: "agent" },
    ],
    firstName: "Xul",
  });
  pending = await createUser({ access: [{ company, role: "agent" }], status: "pending", firstName: "Uma" });
  rivalOwner = await createUser({ access: [{ company: rival, role: "owner" }] });
});

const list = (token: string, query = "", id = company.id) =>
  call(`/companies/${id}/users?${query}`, { token });

async function listed(query = "", token = viewer.token): Promise<number[]> {
  const { users, meta } = CompanyUsersAnswer.parse(await bodyOf(list(token, query)));
  expect(meta.total_records).toBe(users.length);
  return users.map((user) => user.id);
}

describe("the users of a company", () => {
  test("are those with an access in it, each with that access", async () => {
    const { users } = CompanyUsersAnswer.parse(await bodyOf(list(viewer.token)));
    expect(users.map((user) => user.id)).toEqual([owner.id, viewer.id, shared.id, pending.id]);
    const ids = await rowsOf("SELECT user_id, id FROM user_accesses WHERE company_id = ?", company.id);
    const idOf = new Map(ids.map((row) => [row.user_id, row.id]));
    const access = (userId: number, access_id: number, access_name: string, primary: boolean) => ({
      id: idOf.get(userId),
      company_id: company.id,
      access_id,
      access_name,
      primary,
    });
    expect(users.map((user) => user.user_access)).toEqual([
      access(owner.id, 1, "owner", true),
      access(viewer.id, 4, "viewer", true),
      access(shared.id, 3, "agent", false),
      access(pending.id, 3, "agent", true),
    ]);
    expect(users[0]).toMatchObject({
      first_name: "Zoe",
      email: "zoe@alpha.test",
      primary_access: { company_id: company.id, access_id: 1 },
      primary_company: { id: company.id, name: "Alpha" },
    });
  });

  test("are shown without what they are elsewhere", async () => {
    const text = await (await list(owner.token)).text();
    expect(text).not.toContain("Rival");
    expect(text).not.toContain(`"company_id":${rival.id},`);
    const { users } = JSON.parse(text);
    expect(users[2]).toMatchObject({ id: shared.id, primary_access: null, primary_company: null });

    const own = CompanyUsersAnswer.parse(await bodyOf(list(shared.token)));
    expect(own.users[2]?.primary_company?.name).toBe("Rival");
    expect(own.users[2]?.user_access).toMatchObject({ company_id: company.id, primary: false });
  });

  test("come in pages, counted exactly", async () => {
    const seen: number[] = [];
    for (const page of [1, 2, 3]) {
      const answer = await list(viewer.token, `limit=2&sort=-first_name&page=${page}`);
      const { users, meta } = await bodyOf(answer);
      expect(meta).toMatchObject({ current_page: page, total_pages: 2, total_records: 4 });
      expect(answer.headers.get("Link")).toContain('rel="first"');
      seen.push(...users.map((user: { id: number }) => user.id));
    }
    expect(seen).toEqual([owner.id, viewer.id, shared.id, pending.id]);
  });

  test("are narrowed by what they are in this company, not elsewhere", async () => {
    expect(await listed("access_id_eq=3")).toEqual([shared.id, pending.id]);
    expect(await listed("access_id_eq=agent&status_eq=active")).toEqual([shared.id]);
    expect(await listed("access_id_eq=2")).toEqual([]);
    expect(await listed("status_eq=pending")).toEqual([pending.id]);
    expect(await listed("status_in=pending,active")).toHaveLength(4);
    expect(await listed("email_cont=ALPHA")).toEqual([owner.id]);
    expect(await listed("email_eq=Zoe%40alpha.test")).toEqual([owner.id]);
    expect(await listed("first_name_cont=u&sort=first_name")).toEqual([pending.id, shared.id]);
    expect(await listed(`id_in=${shared.id},${rivalOwner.id}`)).toEqual([shared.id]);
    expect(await listed("created_at_lt=2000-01-01")).toEqual([]);
    expect(await listed("status_eq=&email_cont&access_id_eq=")).toHaveLength(4);
    await problemOf(list(viewer.token, `company_id_eq=${rival.id}`), 400);
  });

  test("are seen from above and from within, and do not exist for anybody else", async () => {
    const operator = await createUser({ operator: true });
    for (const { token } of [parentOwner, operator]) expect(await listed("", token)).toHaveLength(4);
    const hidden = await problemOf(list(rivalOwner.token), 404);
    const absent = await problemOf(list(rivalOwner.token, "", 999_999), 404);
    expect(hidden.detail).toBe(absent.detail);
    await problemOf(list(owner.token, "", parent.id), 404);
    await problemOf(list(operator.token, "", 999_999), 404);
    await problemOf(call(`/companies/${company.id}/users`), 401);

    const empty = await createCompany({ parent });
    expect(await bodyOf(list(parentOwner.token, "", empty.id))).toMatchObject({ users: [] });
    expect(await bodyOf(list(operator.token, "", empty.id))).toMatchObject({ users: [] });
  });
});
