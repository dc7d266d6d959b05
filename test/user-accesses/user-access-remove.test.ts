import { env } from "cloudflare:test";
import { expect, test } from "vitest";
import { accessEvents, accessesInDatabase } from "../harness/accounts/user-accesses.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCompany, createUser, type TestUser } from "../harness/factories.ts";

const remove = (caller: TestUser, user: TestUser, id: number | undefined) =>
  call(`/users/${user.id}/user_access/${id}`, { token: caller.token, method: "DELETE" });
const rowsOf = accessesInDatabase;

test("takes an access from its next request on, and tells the trail", async () => {
  const company = await createCompany();
  const owner = await createUser({ access: [{ company, role: "owner" }] });
  const user = await createUser({ access: [{ company, role: "manager" }] });
  const [row] = await rowsOf(user);
  await bodyOf(call(`/companies/${company.id}`, { token: user.token }));
  expect(await bodyOf(remove(owner, user, row?.id), 204)).toBeNull();
  await problemOf(call(`/companies/${company.id}`, { token: user.token }), 404);
  expect(await rowsOf(user)).toEqual([]);
  expect(await accessEvents(user)).toEqual([
    {
      action: "user_access.removed",
      company: company.id,
      actor: owner.id,
      object: row?.id,
      details: { user_id: user.id, access_id: null, previous_access_id: 2 },
    },
  ]);
  // The user is none of the owner's any more.
  await problemOf(remove(owner, user, row?.id), 404);
  // Nor is there such an access for the user themselves.
  await problemOf(remove(user, user, row?.id), 404);
  expect(await accessEvents(user)).toHaveLength(1);
});

test("lets users leave, whatever their access", async () => {
  for (const role of ["owner", "manager", "agent", "viewer"] as const) {
    const company = await createCompany();
    await createUser({ access: [{ company, role: "owner" }] });
    const user = await createUser({ access: [{ company, role }] });
    const [row] = await rowsOf(user);
    await bodyOf(remove(user, user, row?.id), 204);
    expect(await rowsOf(user)).toEqual([]);
    expect((await accessEvents(user)).map(({ actor }) => actor)).toEqual([user.id]);
  }
});

test("keeps a company's last owner, for any caller but themselves", async () => {
  const parent = await createCompany();
  const company = await createCompany({ parent });
  const above = await createUser({ access: [{ company: parent, role: "owner" }] });
  const owner = await createUser({ access: [{ company, role: "owner" }] });
  const operator = await createUser({ operator: true });
  const [row] = await rowsOf(owner);
  for (const caller of [above, operator]) {
    const problem = await problemOf(remove(caller, owner, row?.id), 409);
    expect(problem.code).toBe("last_owner");
  }
  expect(await rowsOf(owner)).toEqual([row]);
  expect(await accessEvents(owner)).toEqual([]);
  const since = () =>
    env.DIRECTORY.prepare("SELECT without_owner_since FROM companies WHERE id = ?")
      .bind(parent.id)
      .first("without_owner_since");
  expect(await since()).toBeNull();
  await bodyOf(remove(owner, owner, row?.id), 204);
  const last = (await rowsOf(above))[0]?.id;
  await bodyOf(remove(above, above, last), 204);
  expect(await rowsOf(above)).toEqual([]);
  expect(await since()).not.toBeNull();
});

test("does not count an owner who is disabled", async () => {
  const company = await createCompany();
  const owner = await createUser({ access: [{ company, role: "owner" }] });
  const disabled = await createUser({ access: [{ company, role: "owner" }], status: "disabled" });
  const operator = await createUser({ operator: true });
  const last = (await rowsOf(owner))[0]?.id;
  expect((await problemOf(remove(operator, owner, last), 409)).code).toBe("last_owner");
  await bodyOf(remove(owner, disabled, (await rowsOf(disabled))[0]?.id), 204);
});

test("finds an access under its own user alone, where the caller sees its company", async () => {
  const [company, elsewhere] = [await createCompany(), await createCompany()];
  const owner = await createUser({ access: [{ company, role: "owner" }] });
  const one = await createUser({ access: [{ company, role: "agent" }] });
  const two = await createUser({
    access: [
      { company: elsewhere, role: "agent" },
      { company, role: "agent" },
    ],
  });
  const [hidden, seen] = await rowsOf(two);
  const before = [await rowsOf(one), await rowsOf(two)];
  await problemOf(remove(owner, one, seen?.id), 404);
  await problemOf(remove(owner, two, hidden?.id), 404);
  await problemOf(remove(one, one, seen?.id), 404);
  await problemOf(remove(owner, two, 999_999_999), 404);
  // A colleague sees the access, and may not take it.
  await problemOf(remove(one, two, seen?.id), 403);
  for (const id of ["0", "-1", "x", "1.0", "%20"]) {
    await problemOf(
      call(`/users/${two.id}/user_access/${id}`, { token: owner.token, method: "DELETE" }),
      400,
    );
  }
  expect([await rowsOf(one), await rowsOf(two)]).toEqual(before);
  await bodyOf(remove(owner, two, seen?.id), 204);
  expect(await rowsOf(two)).toEqual([hidden]);
});

test("makes the oldest access primary where the primary one goes", async () => {
  const [a, b, c] = [await createCompany(), await createCompany(), await createCompany()];
  const user = await createUser({
    access: [a, b, c].map((company) => ({ company, role: "agent" as const })),
  });
  const [first, second, third] = await rowsOf(user);
  await bodyOf(remove(user, user, first?.id), 204);
  expect(await rowsOf(user)).toEqual([{ ...second, primary: true }, third]);
  const { user: shown } = await bodyOf(call("/users/validate_jwt", { token: user.token }));
  expect(shown.primary_access).toEqual({
    id: second?.id,
    company_id: b.id,
    access_id: 3,
    access_name: "agent",
  });
});

test("goes by what the access is when it is taken, not by what it was", async () => {
  const company = await createCompany();
  const manager = await createUser({ access: [{ company, role: "manager" }] });
  const user = await createUser({ access: [{ company, role: "agent" }] });
  const [row] = await rowsOf(user);
  await env.DIRECTORY.prepare("UPDATE user_accesses SET access_id = 2 WHERE id = ?").bind(row?.id).run();
  await problemOf(remove(manager, user, row?.id), 403);
  expect(await rowsOf(user)).toEqual([{ ...row, access: 2 }]);
});
