import { describe, expect, test } from "vitest";
import type { Role } from "../../../src/auth/actor.ts";
import { accessEvents, accessesInDatabase } from "../../harness/accounts/user-accesses.ts";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../harness/factories.ts";

/**
 * Who may do what with which access in which company. All callers are managers of a meeting place, too, where
 * they see everyone: so what an answer turns on is their standing in the company that is named, and nothing else.
 */
const meeting = await createCompany({ name: "Meeting" });
const parent = await createCompany({ name: "Parent" });
const own = await createCompany({ name: "Own", parent });
const child = await createCompany({ name: "Child", parent: own });
const other = await createCompany({ name: "Other" });
const COMPANIES = { own, parent, child, other };
type Where = keyof typeof COMPANIES;

// Each has an owner already, so that no rule about the last one comes in between.
for (const company of Object.values(COMPANIES)) await createUser({ access: [{ company, role: "owner" }] });

const ACCESSES = [1, 2, 3, 4] as const;
const ROLES: Role[] = ["owner", "manager", "agent", "viewer"];
const roleOf = (access: number) => ROLES[access - 1] as Role;

interface Caller {
  name: string;
  user: TestUser;
  /** Their role in each company that they see. */
  standing: Partial<Record<Where, Role | "operator">>;
}

const person = (role: Role, company: TestCompany) =>
  createUser({
    access: [
      { company: meeting, role: "manager" },
      { company, role },
    ],
  });
const callers: Caller[] = [];
for (const role of ROLES) {
  callers.push({ name: role, user: await person(role, own), standing: { own: role, child: role } });
}
for (const role of ["owner", "manager"] as const) {
  const standing = { parent: role, own: role, child: role };
  callers.push({ name: `parent's ${role}`, user: await person(role, parent), standing });
}
callers.push({ name: "child's owner", user: await person("owner", child), standing: { child: "owner" } });
callers.push({
  name: "operator",
  user: await createUser({ operator: true }),
  standing: { own: "operator", parent: "operator", child: "operator", other: "operator" },
});

/** What the contract says: an owner any access, a manager those below manager, the others none. */
function mayGrant(role: Role | "operator" | undefined, access: number): boolean {
  return role === "operator" || role === "owner" || (role === "manager" && access > 2);
}

const target = (company?: TestCompany, access = 4) =>
  createUser({
    access: [{ company: meeting, role: "viewer" }, ...(company ? [{ company, role: roleOf(access) }] : [])],
  });

const cases = callers.flatMap((caller) =>
  (Object.keys(COMPANIES) as Where[]).map((where) => ({ caller, where, name: `${caller.name}, ${where}` })),
);

describe.each(cases)("$name company", ({ caller, where }) => {
  const company = COMPANIES[where];
  const role = caller.standing[where];
  const { token } = caller.user;

  test.each(ACCESSES)("gives access %i", async (access) => {
    const user = await target();
    const before = await accessesInDatabase(user);
    const answer = call(`/users/${user.id}/user_access`, {
      token,
      method: "POST",
      json: { user_accesses: [{ company_id: company.id, access_id: access }] },
    });
    if (mayGrant(role, access)) {
      const { user_accesses: granted } = await bodyOf(answer, 201);
      if (role === "operator") {
        expect(await accessesInDatabase(user)).toEqual([
          ...before,
          { id: granted[0].id, company: company.id, access, primary: false },
        ]);
        expect(await accessEvents(user)).toHaveLength(1);
        return;
      }
      // To meet somebody elsewhere is not to manage them in this tree: they are asked.
      expect(granted[0]).toMatchObject({
        id: null,
        status: "pending",
        company_id: company.id,
        access_id: access,
      });
      expect(await accessesInDatabase(user)).toEqual(before);
      expect(await accessEvents(user)).toEqual([]);
      return;
    }
    const { errors } = await problemOf(answer, role ? 403 : 404);
    expect(errors[0].pointer).toBe(`/user_accesses/0/${role ? "access_id" : "company_id"}`);
    expect(await accessesInDatabase(user)).toEqual(before);
    expect(await accessEvents(user)).toEqual([]);
  });

  test.each(ACCESSES)("takes access %i", async (access) => {
    const user = await target(company, access);
    const [kept, row] = await accessesInDatabase(user);
    const answer = await call(`/users/${user.id}/user_access/${row?.id}`, { token, method: "DELETE" });
    const allowed = mayGrant(role, access);
    if (allowed) expect(await bodyOf(answer, 204)).toBeNull();
    else await problemOf(answer, role ? 403 : 404);
    expect(await accessesInDatabase(user)).toEqual(allowed ? [kept] : [kept, row]);
    expect(await accessEvents(user)).toHaveLength(allowed ? 1 : 0);
  });

  test.each(ACCESSES)("changes access %i into each other one", async (access) => {
    for (const next of ACCESSES) {
      const user = await target(company, access);
      const [kept, row] = await accessesInDatabase(user);
      const answer = await call(`/users/${user.id}/user_access`, {
        token,
        method: "PUT",
        json: {
          user_accesses: [
            { company_id: meeting.id, access_id: 4 },
            { company_id: company.id, access_id: next },
          ],
        },
      });
      const allowed =
        role !== undefined && (next === access || (mayGrant(role, access) && mayGrant(role, next)));
      if (allowed) {
        await bodyOf(answer, 200);
      } else {
        const { errors } = await problemOf(answer, role ? 403 : 404);
        expect(errors[0].pointer).toBe(`/user_accesses/1/${role ? "access_id" : "company_id"}`);
      }
      expect(await accessesInDatabase(user)).toEqual([kept, { ...row, access: allowed ? next : access }]);
      expect(await accessEvents(user)).toHaveLength(allowed && next !== access ? 1 : 0);
    }
  });

  test.each(ACCESSES)("leaves access %i out of a set", async (access) => {
    const user = await target(company, access);
    const [kept, row] = await accessesInDatabase(user);
    await bodyOf(
      call(`/users/${user.id}/user_access`, {
        token,
        method: "PUT",
        json: { user_accesses: [{ company_id: meeting.id, access_id: 4 }] },
      }),
      200,
    );
    // What they could not take away stays, whether they see it or not.
    expect(await accessesInDatabase(user)).toEqual(mayGrant(role, access) ? [kept] : [kept, row]);
  });
});

describe("a user who grants nowhere", () => {
  const put = { method: "PUT", json: { user_accesses: [] } };
  const post = (company: TestCompany) => ({
    method: "POST",
    json: { user_accesses: [{ company_id: company.id, access_id: 4 }] },
  });

  test.each(["agent", "viewer"] as const)("as %s gives and replaces nothing", async (role) => {
    const { token } = await createUser({ access: [{ company: own, role }] });
    const user = await createUser({ access: [{ company: own, role: "viewer" }] });
    const path = `/users/${user.id}/user_access`;
    for (const asked of [put, post(child)]) await problemOf(call(path, { token, ...asked }), 403);
    expect(await accessesInDatabase(user)).toHaveLength(1);
  });

  test.each(["agent", "viewer"] as const)("as %s gives nothing to themselves either", async (role) => {
    const user = await createUser({ access: [{ company: own, role }] });
    for (const asked of [put, post(child)]) {
      await problemOf(call(`/users/${user.id}/user_access`, { token: user.token, ...asked }), 403);
    }
    expect(await accessesInDatabase(user)).toHaveLength(1);
  });

  test("without any company does not exist for anyone, nor anyone for them", async () => {
    const [nobody, owner] = [
      await createUser(),
      await createUser({ access: [{ company: own, role: "owner" }] }),
    ];
    for (const asked of [put, post(own), {}]) {
      for (const [caller, user] of [[nobody, owner] as const, [owner, nobody] as const]) {
        await problemOf(call(`/users/${user.id}/user_access`, { token: caller.token, ...asked }), 404);
      }
      await problemOf(call(`/users/${owner.id}/user_access`, asked), 401);
    }
  });
});

test("nobody raises themselves", async () => {
  for (const [role, access] of [
    ["manager", 1],
    ["agent", 2],
    ["viewer", 3],
  ] as const) {
    // A manager elsewhere, so that it is not for granting nowhere.
    const user = await createUser({
      access: [
        { company: own, role },
        { company: meeting, role: "manager" },
      ],
    });
    const before = await accessesInDatabase(user);
    const path = `/users/${user.id}/user_access`;
    const raised = { user_accesses: [{ company_id: own.id, access_id: access }] };
    await problemOf(call(path, { token: user.token, method: "PUT", json: raised }), 403);
    const below = { user_accesses: [{ company_id: child.id, access_id: access }] };
    await problemOf(call(path, { token: user.token, method: "POST", json: below }), 403);
    expect(await accessesInDatabase(user)).toEqual(before);
  }
});
