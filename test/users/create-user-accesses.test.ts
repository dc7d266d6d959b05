import { env } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import { person, post, refused } from "../harness/accounts/sign-up.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany } from "../harness/factories.ts";
import { dumpDirectory } from "../harness/failing-statement.ts";
import { createInvitation, eventsOf, freshEmail, rowsOf } from "../harness/people.ts";

let company: TestCompany;

beforeAll(async () => {
  company = await createCompany({ name: "Alpha" });
});

/** Each test asks as somebody of its own: callers are counted. */
const someOwner = () => createUser({ access: [{ company, role: "owner" }] });

const accessesOf = (userId: number) =>
  rowsOf('SELECT company_id, access_id, "primary" FROM user_accesses WHERE user_id = ? ORDER BY id', userId);

describe("a caller who may give accesses", () => {
  test("makes a user with all of them, the one that is named being primary", async () => {
    const owner = await someOwner();
    const north = await createCompany({ name: "Alpha North", parent: company });
    const south = await createCompany({ name: "Alpha South", parent: company });
    await env.DIRECTORY.prepare("UPDATE companies SET default_locale = 'es' WHERE id = ?")
      .bind(south.id)
      .run();
    const asked = person({
      user_accesses_attributes: [
        { company_id: company.id, access_id: 4 },
        { company_id: north.id, access_id: 3, primary: false },
        { company_id: south.id, access_id: 2, primary: true },
      ],
    });
    const { user } = await bodyOf(post(asked, owner.token), 201);
    expect(user).toMatchObject({
      status: "pending",
      locale: "es",
      primary_access: { company_id: south.id, access_id: 2, access_name: "manager" },
      primary_company: { id: south.id, name: "Alpha South", default: true, parent_company_id: company.id },
    });
    expect((await accessesOf(user.id)).sort((a, b) => a.company_id - b.company_id)).toEqual([
      { company_id: company.id, access_id: 4, primary: 0 },
      { company_id: north.id, access_id: 3, primary: 0 },
      { company_id: south.id, access_id: 2, primary: 1 },
    ]);
    expect(await eventsOf("user", user.id)).toEqual([
      { action: "user.created", company_id: south.id, actor_id: owner.id, details: {} },
    ]);
    for (const { id, company_id, access_id } of await rowsOf(
      "SELECT * FROM user_accesses WHERE user_id = ?",
      user.id,
    )) {
      expect(await eventsOf("user_access", id)).toEqual([
        {
          action: "user_access.granted",
          company_id,
          actor_id: owner.id,
          details: { user_id: user.id, access_id },
        },
      ]);
    }
  });

  test("makes the first one primary, where none is named", async () => {
    const owner = await someOwner();
    const north = await createCompany({ parent: company });
    const named = [north, company].map(({ id }) => ({ company_id: id, access_id: 4 }));
    const { user } = await bodyOf(post(person({ user_accesses_attributes: named }), owner.token), 201);
    expect(user.primary_company.id).toBe(north.id);
  });

  test.each([
    ["owner", 1, 422],
    ["owner", 2, 201],
    ["owner", 4, 201],
    ["manager", 2, 403],
    ["manager", 1, 403],
    ["manager", 3, 201],
    ["agent", 4, 403],
    ["viewer", 4, 403],
  ] as const)("%s giving the access %i gets %i", async (role, access_id, status) => {
    const caller = await createUser({ access: [{ company, role }] });
    const asked = person({ user_accesses_attributes: [{ company_id: company.id, access_id }] });
    if (status !== 201) {
      expect(await refused(status, asked, caller.token)).toEqual({
        code: status === 403 ? "forbidden" : "invalid_body",
        errors: ["/user_accesses_attributes/0/access_id"],
      });
    } else {
      const { user } = await bodyOf(post(asked, caller.token), 201);
      expect(await accessesOf(user.id)).toEqual([{ company_id: company.id, access_id, primary: 1 }]);
    }
  });

  test("loses all of it over one that is not theirs to give", async () => {
    const stranger = await createCompany();
    const parent = await createCompany();
    const child = await createCompany({ parent });
    const caller = await createUser({
      access: [
        { company, role: "owner" },
        { company: child, role: "manager" },
      ],
    });
    const with_ = (company_id: number, access_id: number) =>
      person({
        user_accesses_attributes: [
          { company_id: company.id, access_id: 3 },
          { company_id, access_id },
        ],
      });
    const at = "/user_accesses_attributes/1";
    for (const { id } of [stranger, parent, { id: 999_999 }]) {
      expect(await refused(404, with_(id, 4), caller.token)).toEqual({
        code: "not_found",
        errors: [`${at}/company_id`],
      });
    }
    expect(await refused(403, with_(child.id, 2), caller.token)).toEqual({
      code: "forbidden",
      errors: [`${at}/access_id`],
    });
  });

  test("who runs the installation gives any, in companies that there are", async () => {
    const operator = await createUser({ operator: true });
    const named = (company_id: number) =>
      person({ user_accesses_attributes: [{ company_id, access_id: 1 }] });
    expect(await refused(404, named(999_999), operator.token)).toEqual({
      code: "not_found",
      errors: ["/user_accesses_attributes/0/company_id"],
    });
    const { user } = await bodyOf(post(named(company.id), operator.token), 201);
    expect(user.primary_access).toMatchObject({ company_id: company.id, access_id: 1 });
    expect(await eventsOf("user", user.id)).toMatchObject([{ company_id: null, actor_id: operator.id }]);
  });

  test("who may do nothing with people makes a user without any access", async () => {
    const viewer = await createUser({ access: [{ company, role: "viewer" }] });
    const { user } = await bodyOf(post(person(), viewer.token), 201);
    expect(await accessesOf(user.id)).toEqual([]);
    await problemOf(call(`/users/${user.id}`, { token: viewer.token }), 404);
  });
});

describe("an invitation", () => {
  test("gives its access, and is used up", async () => {
    const email = freshEmail();
    const { id, code } = await createInvitation(company, email, { accessId: 2 });
    const { user } = await bodyOf(post(person({ email, invitation_code: code })), 201);
    expect(user).toMatchObject({
      status: "pending",
      primary_access: { company_id: company.id, access_id: 2, access_name: "manager" },
      primary_company: { id: company.id, name: "Alpha" },
    });
    expect(await accessesOf(user.id)).toEqual([{ company_id: company.id, access_id: 2, primary: 1 }]);
    const [row] = await rowsOf("SELECT * FROM invitations WHERE id = ?", id);
    expect(row).toMatchObject({ accepted_by: user.id, accepted_at: expect.any(Number), revoked_at: null });
    expect((await rowsOf("SELECT kind FROM mails WHERE email = ?", email)).map((mail) => mail.kind)).toEqual([
      "set_password",
    ]);
    expect(await eventsOf("invitation", id)).toMatchObject([
      { action: "invitation.accepted", company_id: company.id, actor_id: user.id },
    ]);
    expect(await refused(422, person({ email: freshEmail(), invitation_code: code }))).toMatchObject({
      code: "invalid_invitation",
    });
  });

  test("may be repeated by the attributes, and by those alone", async () => {
    const email = freshEmail();
    const { code } = await createInvitation(company, email);
    const north = await createCompany({ parent: company });
    const named = (...user_accesses_attributes: unknown[]) =>
      person({ email, invitation_code: code, user_accesses_attributes });
    const offered = { company_id: company.id, access_id: 3 };
    for (const [index, extra] of [
      [0, [{ ...offered, access_id: 1 }]],
      [0, [{ ...offered, access_id: 4 }]],
      [1, [offered, { company_id: north.id, access_id: 4 }]],
    ] as const) {
      expect(await refused(403, named(...extra))).toEqual({
        code: "forbidden",
        errors: [`/user_accesses_attributes/${index}`],
      });
    }
    const { user } = await bodyOf(post(named({ ...offered, primary: true })), 201);
    expect(await accessesOf(user.id)).toEqual([{ company_id: company.id, access_id: 3, primary: 1 }]);
  });

  test("goes together with accesses that the caller may give, either being primary", async () => {
    const manager = await createUser({ access: [{ company, role: "manager" }] });
    const inviting = await createCompany();
    for (const primary of [true, false, undefined]) {
      const email = freshEmail();
      const { id, code } = await createInvitation(inviting, email);
      const named = { company_id: company.id, access_id: 4, ...(primary !== undefined && { primary }) };
      const asked = person({ email, invitation_code: code, user_accesses_attributes: [named] });
      const { user } = await bodyOf(post(asked, manager.token), 201);
      expect(new Set(await accessesOf(user.id))).toEqual(
        new Set([
          { company_id: company.id, access_id: 4, primary: primary ? 1 : 0 },
          { company_id: inviting.id, access_id: 3, primary: primary ? 0 : 1 },
        ]),
      );
      // The caller does not see the company that invited.
      expect(user.primary_company?.id ?? null).toBe(primary ? company.id : null);
      expect(await rowsOf("SELECT accepted_by FROM invitations WHERE id = ?", id)).toEqual([
        { accepted_by: user.id },
      ]);
    }
  });

  test("stands against another access in its company, even of somebody who may give it", async () => {
    const owner = await someOwner();
    const email = freshEmail();
    const { code } = await createInvitation(company, email);
    const named = [{ company_id: company.id, access_id: 2 }];
    const asked = person({ email, invitation_code: code, user_accesses_attributes: named });
    expect(await refused(422, asked, owner.token)).toEqual({
      code: "invalid_body",
      errors: ["/user_accesses_attributes/0/access_id"],
    });
  });

  test("that is none for this address is refused in the same words, whatever is wrong", async () => {
    const email = freshEmail();
    const past = Date.now() - 1;
    const taken = await createUser();
    const codes = {
      "of another address": (await createInvitation(company, freshEmail())).code,
      expired: (await createInvitation(await createCompany(), email, { expiresAt: past })).code,
      revoked: (await createInvitation(company, email, { revokedAt: past })).code,
      accepted: (await createInvitation(company, email, { acceptedAt: past, acceptedBy: taken.id })).code,
      "not ours": `1.${"A".repeat(43)}`,
      "no code": "x",
      "of no invitation": (await createInvitation(company, email)).code.replace(/^\d+/, "999999"),
    };
    const answers = new Map<string, unknown>();
    for (const [what, invitation_code] of Object.entries(codes)) {
      const before = await dumpDirectory();
      const { request_id: _, ...problem } = await problemOf(post(person({ email, invitation_code })), 422);
      expect(await dumpDirectory()).toEqual(before);
      answers.set(what, problem);
    }
    const [first] = answers.values();
    expect(first).toMatchObject({
      code: "invalid_invitation",
      errors: [{ pointer: "/invitation_code", code: "invalid_invitation" }],
    });
    for (const [what, answer] of answers) expect(answer, what).toEqual(first);
  });

  test("for an address that has an account is kept for accepting it", async () => {
    const { email } = await createUser();
    const { code } = await createInvitation(company, email);
    expect(await refused(422, person({ email, invitation_code: code }))).toEqual({
      code: "email_taken",
      errors: ["/email"],
    });
  });
});
