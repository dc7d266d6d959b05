import { describe, expect, test } from "vitest";
import { accessEvents, accessesInDatabase } from "../harness/accounts/user-accesses.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCompany, createUser, type TestUser } from "../harness/factories.ts";

const parent = await createCompany({ name: "Parent" });
const north = await createCompany({ name: "North", parent });
const south = await createCompany({ name: "South", parent });
const elsewhere = await createCompany({ name: "Elsewhere" });
const owner = await createUser({ access: [{ company: parent, role: "owner" }] });
const manager = await createUser({ access: [{ company: parent, role: "manager" }] });
const operator = await createUser({ operator: true });

const member = () => createUser({ access: [{ company: parent, role: "viewer" }] });
const post = (caller: TestUser, user: { id: number }, userAccesses: unknown, headers = {}) =>
  call(`/users/${user.id}/user_access`, {
    token: caller.token,
    method: "POST",
    json: { user_accesses: userAccesses },
    headers,
  });
const primaryOf = async (user: TestUser) =>
  (await accessesInDatabase(user)).filter(({ primary }) => primary).map(({ company }) => company);

test("gives several accesses at once, in the order of the list, and tells the trail of each", async () => {
  const user = await member();
  const wanted = [
    { company_id: south.id, access_id: 3 },
    { company_id: north.id, access_id: 1 },
  ];
  const { user_accesses: granted } = await bodyOf(post(owner, user, wanted), 201);
  expect(granted).toEqual([
    {
      id: expect.any(Number),
      user_id: user.id,
      company_id: south.id,
      company_name: "South",
      access_id: 3,
      access_name: "agent",
      primary: false,
      status: "active",
      invitation_id: null,
    },
    {
      id: expect.any(Number),
      user_id: user.id,
      company_id: north.id,
      company_name: "North",
      access_id: 1,
      access_name: "owner",
      primary: false,
      status: "active",
      invitation_id: null,
    },
  ]);
  const [first, ...rest] = await accessesInDatabase(user);
  expect(first).toMatchObject({ company: parent.id, access: 4, primary: true });
  expect(rest).toEqual([
    { id: granted[0].id, company: south.id, access: 3, primary: false },
    { id: granted[1].id, company: north.id, access: 1, primary: false },
  ]);
  const event = (index: number, company: number, access: number) => ({
    action: "user_access.granted",
    company,
    actor: owner.id,
    object: granted[index].id,
    details: { user_id: user.id, access_id: access, previous_access_id: null },
  });
  expect(await accessEvents(user)).toEqual([event(0, south.id, 3), event(1, north.id, 1)]);
});

test("counts from the user's next request on", async () => {
  const [user, colleague] = [
    await createUser({ access: [{ company: north, role: "viewer" }] }),
    await createUser({ access: [{ company: north, role: "viewer" }] }),
  ];
  const look = () => call(`/companies/${south.id}`, { token: user.token });
  const grant = () => post(user, colleague, [{ company_id: south.id, access_id: 3 }]);
  await problemOf(look(), 404);
  await problemOf(grant(), 403);
  await bodyOf(post(owner, user, [{ company_id: south.id, access_id: 2 }]), 201);
  await bodyOf(look());
  await bodyOf(grant(), 201);
});

test("is refused where there is an access, whatever it is, and names it", async () => {
  const user = await member();
  const before = await accessesInDatabase(user);
  for (const access of [1, 4]) {
    const problem = await problemOf(
      post(owner, user, [
        { company_id: north.id, access_id: 3 },
        { company_id: parent.id, access_id: access },
      ]),
      409,
    );
    expect(problem.code).toBe("access_exists");
    expect(problem.errors).toEqual([
      { pointer: "/user_accesses/1", code: "access_exists", detail: expect.stringMatching(/PUT/) },
    ]);
  }
  expect(await accessesInDatabase(user)).toEqual(before);
  expect(await accessEvents(user)).toEqual([]);
});

test.each([
  ["which the caller does not see", () => elsewhere.id],
  ["which does not exist", () => 999_999_999],
])("is refused as a whole for a company %s", async (_, company) => {
  const user = await member();
  const wanted = [
    { company_id: north.id, access_id: 3 },
    { company_id: company(), access_id: 3 },
  ];
  const problem = await problemOf(post(owner, user, wanted), 404);
  expect(problem.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
    "/user_accesses/1/company_id",
  ]);
  expect(await accessesInDatabase(user)).toHaveLength(1);
});

test("tells an operator of a company that does not exist, too", async () => {
  const user = await createUser();
  const missing = [{ company_id: 999_999_999, access_id: 3 }];
  const { errors } = await problemOf(post(operator, user, missing), 404);
  expect(errors[0].pointer).toBe("/user_accesses/0/company_id");
});

test("is refused as a whole for one access above the caller's own", async () => {
  const user = await member();
  const wanted = [
    { company_id: north.id, access_id: 3 },
    { company_id: south.id, access_id: 2 },
  ];
  const { errors } = await problemOf(post(manager, user, wanted), 403);
  expect(errors[0].pointer).toBe("/user_accesses/1/access_id");
  expect(await accessesInDatabase(user)).toHaveLength(1);
  expect(await accessEvents(user)).toEqual([]);
});

test("is done once for its Idempotency-Key", async () => {
  const user = await member();
  const key = { "Idempotency-Key": crypto.randomUUID() };
  const wanted = [{ company_id: north.id, access_id: 3 }];
  const first = await bodyOf(post(owner, user, wanted, key), 201);
  const again = await post(owner, user, wanted, key);
  expect(again.headers.get("Idempotent-Replayed")).toBe("true");
  expect(await bodyOf(again, 201)).toEqual(first);
  expect(await accessEvents(user)).toHaveLength(1);
  await problemOf(post(owner, user, [{ company_id: south.id, access_id: 3 }], key), 422);
});

test("gives up to 100 accesses in one request", async () => {
  const companies = await Promise.all(Array.from({ length: 101 }, () => createCompany()));
  const wanted = companies.map(({ id }) => ({ company_id: id, access_id: 4 }));
  const user = await createUser();
  await problemOf(post(operator, user, wanted), 422);
  expect(await accessesInDatabase(user)).toEqual([]);
  const { user_accesses: granted } = await bodyOf(post(operator, user, wanted.slice(1)), 201);
  const rows = await accessesInDatabase(user);
  expect(rows.map(({ company }) => company)).toEqual(wanted.slice(1).map((one) => one.company_id));
  expect(granted.map(({ id }: { id: number }) => id)).toEqual(rows.map(({ id }) => id));
  const events = await accessEvents(user);
  expect(events.map(({ object, company }) => [object, company])).toEqual(
    rows.map(({ id, company }) => [id, company]),
  );
});

describe("the primary access", () => {
  test("is a user's first one, whether asked for or not", async () => {
    const user = await createUser();
    const wanted = [
      { company_id: north.id, access_id: 4 },
      { company_id: south.id, access_id: 4, primary: false },
    ];
    const { user_accesses: granted } = await bodyOf(post(operator, user, wanted), 201);
    expect(granted.map(({ primary }: { primary: boolean }) => primary)).toEqual([true, false]);
    expect(await primaryOf(user)).toEqual([north.id]);
  });

  test("is the one that is asked for", async () => {
    const user = await createUser();
    const wanted = [
      { company_id: north.id, access_id: 4 },
      { company_id: south.id, access_id: 4, primary: true },
    ];
    const { user_accesses: granted } = await bodyOf(post(operator, user, wanted), 201);
    expect(granted.map(({ primary }: { primary: boolean }) => primary)).toEqual([false, true]);
    expect(await primaryOf(user)).toEqual([south.id]);
    expect((await accessEvents(user)).map(({ details }) => details.primary)).toEqual([undefined, true]);
  });

  test("is nobody else's to move, be they an owner, a manager or an operator", async () => {
    const user = await member();
    const wanted = [{ company_id: north.id, access_id: 4, primary: true }];
    for (const caller of [owner, manager, operator]) {
      const { errors } = await problemOf(post(caller, user, wanted), 403);
      expect(errors[0].pointer).toBe("/user_accesses/0/primary");
    }
    expect(await primaryOf(user)).toEqual([parent.id]);
    expect(await accessesInDatabase(user)).toHaveLength(1);
  });

  test("stays with the user, where they have an access that the caller does not see", async () => {
    const user = await createUser({
      access: [
        { company: elsewhere, role: "viewer" },
        { company: parent, role: "viewer" },
      ],
    });
    const before = await accessesInDatabase(user);
    const wanted = [{ company_id: north.id, access_id: 4, primary: true }];
    const problem = await problemOf(post(owner, user, wanted), 403);
    expect(problem.errors[0].pointer).toBe("/user_accesses/0/primary");
    expect(JSON.stringify(problem)).not.toContain("Elsewhere");
    expect(await accessesInDatabase(user)).toEqual(before);
  });

  test("is the caller's own to move, wherever they have accesses", async () => {
    const user = await createUser({
      access: [
        { company: elsewhere, role: "viewer" },
        { company: parent, role: "manager" },
      ],
    });
    await bodyOf(post(user, user, [{ company_id: north.id, access_id: 3, primary: true }]), 201);
    expect(await primaryOf(user)).toEqual([north.id]);
  });
});

const good = { company_id: north.id, access_id: 3 };
test.each<[string, unknown, string[]]>([
  ["no list", undefined, ["/user_accesses"]],
  ["null", null, ["/user_accesses"]],
  ["an object for a list", { 0: good }, ["/user_accesses"]],
  ["an empty list", [], ["/user_accesses"]],
  ["null in the list", [null], ["/user_accesses/0"]],
  ["no company", [{ access_id: 3 }], ["/user_accesses/0/company_id"]],
  ["no access", [{ company_id: 1 }], ["/user_accesses/0/access_id"]],
  [
    "text for ids",
    [{ company_id: "1", access_id: "3" }],
    ["/user_accesses/0/company_id", "/user_accesses/0/access_id"],
  ],
  ["the company 0", [{ ...good, company_id: 0 }], ["/user_accesses/0/company_id"]],
  ["half a company", [{ ...good, company_id: 1.5 }], ["/user_accesses/0/company_id"]],
  ["an id beyond what numbers hold", [{ ...good, company_id: 2 ** 53 }], ["/user_accesses/0/company_id"]],
  ["access 0", [{ ...good, access_id: 0 }], ["/user_accesses/0/access_id"]],
  ["access 5", [{ ...good, access_id: 5 }], ["/user_accesses/0/access_id"]],
  ["text for primary", [{ ...good, primary: "true" }], ["/user_accesses/0/primary"]],
  ["null for primary", [{ ...good, primary: null }], ["/user_accesses/0/primary"]],
  ["an id", [{ ...good, id: 1 }], ["/user_accesses/0/id"]],
  ["a user", [{ ...good, user_id: 1 }], ["/user_accesses/0/user_id"]],
  ["a company twice", [good, { ...good, access_id: 4 }], ["/user_accesses/1/company_id"]],
  [
    "two that are primary",
    [
      { ...good, primary: true },
      { company_id: south.id, access_id: 3, primary: true },
    ],
    ["/user_accesses/1/primary"],
  ],
])("a body with %s is refused", async (_, wanted, pointers) => {
  const user = await member();
  const { errors } = await problemOf(post(owner, user, wanted), 422);
  expect(errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(pointers);
  expect(await accessesInDatabase(user)).toHaveLength(1);
});

test("a body with more than the list is refused", async () => {
  const user = await member();
  const json = { user_accesses: [good], operator: true };
  const asked = { token: owner.token, method: "POST", json };
  const { errors } = await problemOf(call(`/users/${user.id}/user_access`, asked), 422);
  expect(errors[0]).toMatchObject({ pointer: "/operator", code: "unknown_field" });
  expect(await accessesInDatabase(user)).toHaveLength(1);
});
