import { describe, expect, test } from "vitest";
import { accessEvents, accessesInDatabase, rolesInDatabase } from "../harness/accounts/user-accesses.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCompany, createUser } from "../harness/factories.ts";
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

test("makes the set what is wanted: changes keep their id, and the trail has each", async () => {
  const user = await createUser({
    access: [
      { company: a, role: "viewer" },
      { company: b, role: "agent" },
    ],
  });
  const [inA, inB] = await accessesInDatabase(user);
  const { user_accesses: set } = await bodyOf(
    put(owner, user, [want(a, 2, { id: inA?.id }), want(c, 3)]),
    200,
  );
  const rows = await accessesInDatabase(user);
  expect(rows).toEqual([
    { ...inA, access: 2, primary: true },
    { id: set[1].id, company: c.id, access: 3, primary: false },
  ]);
  expect(set).toEqual([
    {
      id: inA?.id,
      user_id: user.id,
      company_id: a.id,
      company_name: "A",
      access_id: 2,
      access_name: "manager",
      primary: true,
      status: "active",
      invitation_id: null,
    },
    {
      id: expect.any(Number),
      user_id: user.id,
      company_id: c.id,
      company_name: "C",
      access_id: 3,
      access_name: "agent",
      primary: false,
      status: "active",
      invitation_id: null,
    },
  ]);
  const event = (
    action: string,
    company: number,
    object: number | undefined,
    after: unknown,
    before: unknown,
  ) => ({
    action: `user_access.${action}`,
    company,
    actor: owner.id,
    object,
    details: { user_id: user.id, access_id: after, previous_access_id: before },
  });
  expect(await accessEvents(user)).toEqual([
    event("changed", a.id, inA?.id, 2, 4),
    event("granted", c.id, set[1].id, 3, null),
    event("removed", b.id, inB?.id, null, 3),
  ]);
});

test("changes nothing, and tells the trail nothing, where all is as it is wanted", async () => {
  const user = await createUser({
    access: [
      { company: a, role: "viewer" },
      { company: b, role: "agent" },
    ],
  });
  const before = await accessesInDatabase(user);
  const { user_accesses: shown } = await bodyOf(
    call(`/users/${user.id}/user_access`, { token: owner.token }),
  );
  const asShown = shown.map(({ id, company_id, access_id, primary }: Record<string, unknown>) => ({
    id,
    company_id,
    access_id,
    primary,
  }));
  for (const caller of [owner, operator]) {
    expect((await bodyOf(put(caller, user, asShown))).user_accesses).toEqual(shown);
  }
  expect(await accessesInDatabase(user)).toEqual(before);
  expect(await accessEvents(user)).toEqual([]);
});

test("counts from the user's next request on", async () => {
  const user = await createUser({ access: [{ company: a, role: "manager" }] });
  const colleague = await createUser({ access: [{ company: a, role: "viewer" }] });
  const grant = () => put(user, colleague, [want(a, 3)]);
  await bodyOf(grant());
  await bodyOf(put(owner, user, [want(a, 4)]));
  await problemOf(grant(), 403);
  await bodyOf(put(owner, user, [want(b, 4)]));
  await problemOf(call(`/companies/${a.id}`, { token: user.token }), 404);
  await bodyOf(call(`/companies/${b.id}`, { token: user.token }));
});

describe("what the caller could not grant", () => {
  test("stays: other companies, seen or not, and accesses of their own rank", async () => {
    const manager = await createUser({
      access: [
        { company: a, role: "manager" },
        { company: b, role: "manager" },
        { company: c, role: "agent" },
      ],
    });
    const user = await createUser({
      access: [
        { company: elsewhere, role: "viewer" },
        { company: a, role: "manager" },
        { company: b, role: "viewer" },
        { company: c, role: "viewer" },
      ],
    });
    expect((await bodyOf(put(manager, user, []))).user_accesses).toEqual([]);
    expect(await rolesInDatabase(user)).toEqual({ [elsewhere.id]: 4, [a.id]: 2, [c.id]: 4 });
    expect((await accessEvents(user)).map(({ action, company }) => [action, company])).toEqual([
      ["user_access.removed", b.id],
    ]);
  });

  test("may be named as it is, and not with a change", async () => {
    const manager = await createUser({
      access: [
        { company: a, role: "manager" },
        { company: c, role: "agent" },
      ],
    });
    const user = await createUser({
      access: [
        { company: a, role: "manager" },
        { company: c, role: "viewer" },
      ],
    });
    const before = await accessesInDatabase(user);
    const { user_accesses: set } = await bodyOf(put(manager, user, [want(c, 4), want(a, 2)]));
    expect(set.map((one: { company_id: number }) => one.company_id)).toEqual([a.id, c.id]);
    for (const wanted of [want(a, 3), want(a, 1), want(c, 3)]) {
      const rest = wanted.company_id === a.id ? want(c, 4) : want(a, 2);
      const problem = await problemOf(put(manager, user, [rest, wanted]), 403);
      expect(pointersOf(problem)).toEqual(["/user_accesses/1/access_id"]);
    }
    expect(await accessesInDatabase(user)).toEqual(before);
    expect(await accessEvents(user)).toEqual([]);
  });

  test("is not given: a company that is not seen is not there", async () => {
    const user = await createUser({ access: [{ company: a, role: "viewer" }] });
    for (const company of [elsewhere, { id: 999_999_999 }]) {
      const problem = await problemOf(put(owner, user, [want(a, 3), want(company, 4)]), 404);
      expect(pointersOf(problem)).toEqual(["/user_accesses/1/company_id"]);
    }
    const missing = await problemOf(put(operator, user, [want({ id: 999_999_999 }, 4)]), 404);
    expect(pointersOf(missing)).toEqual(["/user_accesses/0/company_id"]);
    expect(await rolesInDatabase(user)).toEqual({ [a.id]: 4 });
  });

  test("is refused as a whole", async () => {
    const manager = await createUser({ access: [{ company: parent, role: "manager" }] });
    const user = await createUser({ access: [{ company: a, role: "viewer" }] });
    const before = await accessesInDatabase(user);
    const problem = await problemOf(put(manager, user, [want(b, 3), want(c, 2)]), 403);
    expect(pointersOf(problem)).toEqual(["/user_accesses/1/access_id"]);
    expect(await accessesInDatabase(user)).toEqual(before);
    expect(await accessEvents(user)).toEqual([]);
  });
});

test("an operator replaces all", async () => {
  const user = await createUser({
    access: [
      { company: elsewhere, role: "manager" },
      { company: a, role: "viewer" },
    ],
  });
  await bodyOf(put(operator, user, [want(b, 1)]));
  expect(await rolesInDatabase(user)).toEqual({ [b.id]: 1 });
  await bodyOf(put(operator, user, []));
  expect(await rolesInDatabase(user)).toEqual({});
});
