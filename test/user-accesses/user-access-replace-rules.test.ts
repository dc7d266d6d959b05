import { describe, expect, test } from "vitest";
import { accessEvents, accessesInDatabase, rolesInDatabase } from "../harness/accounts/user-accesses.ts";
import { bodyOf, problemOf } from "../harness/api.ts";
import { createCompany, createUser, type TestUser } from "../harness/factories.ts";
import { pointersOf, put, want } from "./replacing.ts";

const parent = await createCompany({ name: "Parent" });
const [a, b, c] = [
  await createCompany({ name: "A", parent }),
  await createCompany({ name: "B", parent }),
  await createCompany({ name: "C", parent }),
];
const elsewhere = await createCompany({ name: "Elsewhere" });
const owner = await createUser({ access: [{ company: parent, role: "owner" }] });
const operator = await createUser({ operator: true });
// Each has an owner already, so that no rule about the last one comes in between.
for (const company of [a, b, c, elsewhere]) await createUser({ access: [{ company, role: "owner" }] });

test("an id is that of the user's access in that company, or nothing", async () => {
  const user = await createUser({
    access: [
      { company: a, role: "viewer" },
      { company: elsewhere, role: "viewer" },
    ],
  });
  const other = await createUser({ access: [{ company: a, role: "viewer" }] });
  const [inA, hidden] = await accessesInDatabase(user);
  const [ofOther] = await accessesInDatabase(other);
  const before = await accessesInDatabase(user);
  for (const [company, id] of [
    [a, ofOther?.id],
    [a, hidden?.id],
    [b, inA?.id],
    [a, 999_999_999],
  ] as const) {
    const problem = await problemOf(put(owner, user, [want(c, 4), want(company, 3, { id })]), 404);
    expect(pointersOf(problem)).toEqual(["/user_accesses/1/id"]);
  }
  expect(await accessesInDatabase(user)).toEqual(before);
  expect(await accessesInDatabase(other)).toEqual([ofOther]);
});

describe("a company's last owner", () => {
  test("stays, whether left out, changed or emptied", async () => {
    const company = await createCompany({ parent });
    const user = await createUser({
      access: [
        { company, role: "owner" },
        { company: a, role: "viewer" },
      ],
    });
    const before = await accessesInDatabase(user);
    for (const [caller, wanted] of [
      [owner, []],
      [owner, [want(a, 3), want(b, 3)]],
      [owner, [want(a, 3), want(company, 2)]],
      [operator, [want(company, 4)]],
      [user, [want(company, 2)]],
    ] as const) {
      expect((await problemOf(put(caller, user, wanted), 409)).code).toBe("last_owner");
      expect(await accessesInDatabase(user)).toEqual(before);
    }
    expect(await accessEvents(user)).toEqual([]);
    const heir = await createUser({ access: [{ company, role: "manager" }] });
    await bodyOf(put(owner, heir, [want(company, 1)]));
    await bodyOf(put(user, user, [want(company, 2)]));
    expect(await rolesInDatabase(user)).toEqual({ [company.id]: 2, [a.id]: 4 });
    expect((await problemOf(put(owner, heir, []), 409)).code).toBe("last_owner");
    // The last one may leave, and nothing less.
    await bodyOf(put(heir, heir, []));
    expect(await accessesInDatabase(heir)).toEqual([]);
  });

  test("is the last who is not disabled", async () => {
    const company = await createCompany({ parent });
    const user = await createUser({ access: [{ company, role: "owner" }] });
    const disabled = await createUser({ access: [{ company, role: "owner" }], status: "disabled" });
    expect((await problemOf(put(owner, user, [want(company, 2)]), 409)).code).toBe("last_owner");
    await bodyOf(put(owner, disabled, [want(company, 2)]));
  });
});

describe("the primary access", () => {
  const primaryOf = async (user: TestUser) =>
    (await accessesInDatabase(user)).filter(({ primary }) => primary).map(({ company }) => company);
  const inAandB = (more: Parameters<typeof createUser>[0] = {}) =>
    createUser({
      access: [
        { company: a, role: "viewer" },
        { company: b, role: "viewer" },
      ],
      ...more,
    });

  test("moves to the one that its user wants as such, and the trail has it", async () => {
    const user = await createUser({
      access: [
        { company: a, role: "viewer" },
        { company: b, role: "viewer" },
        { company: elsewhere, role: "manager" },
      ],
    });
    const [, inB] = await accessesInDatabase(user);
    const wanted = [want(a, 4, { primary: false }), want(b, 4, { primary: true })];
    for (const caller of [owner, operator]) {
      expect(pointersOf(await problemOf(put(caller, user, wanted), 403))).toEqual([
        "/user_accesses/1/primary",
      ]);
    }
    await bodyOf(put(user, user, wanted));
    expect(await primaryOf(user)).toEqual([b.id]);
    expect(await accessEvents(user)).toEqual([
      {
        action: "user_access.changed",
        company: b.id,
        actor: user.id,
        object: inB?.id,
        details: { user_id: user.id, access_id: 4, previous_access_id: 4, primary: true },
      },
    ]);
  });

  test("moves to one that is new, while the old one goes", async () => {
    const user = await createUser({
      access: [
        { company: a, role: "agent" },
        { company: parent, role: "manager" },
      ],
    });
    const { user_accesses: set } = await bodyOf(
      put(user, user, [want(parent, 2), want(c, 3, { primary: true })]),
    );
    expect(set.map((one: { primary: boolean }) => one.primary)).toEqual([false, true]);
    expect(await primaryOf(user)).toEqual([c.id]);
  });

  test("stays where none is wanted as such, and goes to the oldest where it is removed", async () => {
    const user = await inAandB();
    await bodyOf(put(owner, user, [want(a, 3), want(b, 4), want(c, 4)]));
    expect(await primaryOf(user)).toEqual([a.id]);
    await bodyOf(put(owner, user, [want(c, 4), want(b, 4)]));
    expect(await primaryOf(user)).toEqual([b.id]);
    await bodyOf(put(owner, user, [want(a, 4)]));
    expect(await primaryOf(user)).toEqual([a.id]);
  });

  test("is the user's to choose, where they have an access that the caller does not see", async () => {
    const user = await createUser({
      access: [
        { company: elsewhere, role: "viewer" },
        { company: a, role: "viewer" },
      ],
    });
    const before = await accessesInDatabase(user);
    for (const wanted of [want(a, 4, { primary: true }), want(b, 4, { primary: true })]) {
      const problem = await problemOf(put(owner, user, [wanted]), 403);
      expect(pointersOf(problem)).toEqual(["/user_accesses/0/primary"]);
      expect(JSON.stringify(problem)).not.toContain("Elsewhere");
    }
    expect(await accessesInDatabase(user)).toEqual(before);
    // Where it is primary already, nothing moves.
    const member = await inAandB();
    await bodyOf(put(owner, member, [want(a, 3, { primary: true })]));
    expect(await rolesInDatabase(member)).toEqual({ [a.id]: 3 });
  });

  test("is not moved to an access that the caller could not grant", async () => {
    const manager = await createUser({
      access: [
        { company: a, role: "manager" },
        { company: b, role: "agent" },
      ],
    });
    const user = await inAandB();
    const problem = await problemOf(put(manager, user, [want(a, 4), want(b, 4, { primary: true })]), 403);
    expect(pointersOf(problem)).toEqual(["/user_accesses/1/primary"]);
    expect(await primaryOf(user)).toEqual([a.id]);
  });

  test("is the caller's own to move, to any access of theirs", async () => {
    const user = await createUser({
      access: [
        { company: elsewhere, role: "viewer" },
        { company: a, role: "manager" },
        { company: b, role: "viewer" },
      ],
    });
    for (const [company, access] of [
      [b, 4],
      [a, 2],
      [elsewhere, 4],
    ] as const) {
      await bodyOf(put(user, user, [want(company, access, { primary: true })]));
      expect(await primaryOf(user)).toEqual([company.id]);
    }
    expect(await rolesInDatabase(user)).toEqual({ [elsewhere.id]: 4, [a.id]: 2, [b.id]: 4 });
  });
});

test.each<[string, unknown, string[]]>([
  ["no list", undefined, ["/user_accesses"]],
  ["text for an id", [want(a, 4, { id: "1" })], ["/user_accesses/0/id"]],
  ["null for an id", [want(a, 4, { id: null })], ["/user_accesses/0/id"]],
  ["the id 0", [want(a, 4, { id: 0 })], ["/user_accesses/0/id"]],
  ["access 5", [want(a, 5)], ["/user_accesses/0/access_id"]],
  ["a company twice", [want(a, 4), want(b, 4), want(a, 4)], ["/user_accesses/2/company_id"]],
  [
    "two that are primary",
    [want(a, 4, { primary: true }), want(b, 4, { primary: true })],
    ["/user_accesses/1/primary"],
  ],
  ["what is shown but not taken", [want(a, 4, { company_name: "B" })], ["/user_accesses/0/company_name"]],
  ["101 accesses", Array.from({ length: 101 }, (_, index) => want({ id: index + 1 }, 4)), ["/user_accesses"]],
])("a body with %s is refused", async (_, wanted, pointers) => {
  const user = await createUser({ access: [{ company: a, role: "agent" }] });
  expect(pointersOf(await problemOf(put(owner, user, wanted), 422))).toEqual(pointers);
  expect(await rolesInDatabase(user)).toEqual({ [a.id]: 3 });
});
