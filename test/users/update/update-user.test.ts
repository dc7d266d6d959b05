import { env } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import { UserAnswer } from "../../../src/users/schemas.ts";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import {
  createCompany,
  createUser,
  PASSWORD,
  type TestCompany,
  type TestUser,
} from "../../harness/factories.ts";
import { dumpDirectory } from "../../harness/failing-statement.ts";
import { eventsOf, freshEmail, rowsOf } from "../../harness/people.ts";

let company: TestCompany;
let owner: TestUser;
let manager: TestUser;

beforeAll(async () => {
  company = await createCompany();
  owner = await createUser({ access: [{ company, role: "owner" }] });
  manager = await createUser({ access: [{ company, role: "manager" }] });
});

const put = (id: number, json: unknown, token: string) =>
  call(`/users/${id}`, { method: "PUT", json, token });
const agent = () => createUser({ access: [{ company, role: "agent" }] });
const rowOf = async (id: number) => (await rowsOf("SELECT * FROM users WHERE id = ?", id))[0];

/** Asks for a change that must be refused, and makes sure that nothing came of it. */
async function refused(status: number, id: number, json: unknown, token: string) {
  const before = await dumpDirectory();
  const problem = await problemOf(put(id, json, token), status);
  expect(await dumpDirectory()).toEqual(before);
  return { code: problem.code, errors: problem.errors?.map((one: { pointer: string }) => one.pointer) };
}

describe("what a user goes by", () => {
  test("is changed by themselves: what is named, and nothing else", async () => {
    const user = await createUser({ firstName: "Ana", lastName: "Díaz" });
    await env.DIRECTORY.prepare("UPDATE users SET updated_at = 1 WHERE id = ?").bind(user.id).run();
    const before = await rowOf(user.id);
    const asked = { first_name: "  Anna ", phone: "+52 55 1234 5678", locale: "es", import_mails: false };
    const answer = UserAnswer.parse(await bodyOf(put(user.id, asked, user.token)));
    expect(answer.user).toMatchObject({
      first_name: "Anna",
      last_name: "Díaz",
      full_name: "Anna Díaz",
      phone: "+52 55 1234 5678",
      locale: "es",
      import_mails: false,
      status: "active",
    });
    const after = await rowOf(user.id);
    expect(after).toEqual({
      ...before,
      first_name: "Anna",
      phone: "+52 55 1234 5678",
      locale: "es",
      import_mails: 0,
      updated_at: after.updated_at,
    });
    expect(after.updated_at).toBeGreaterThan(1);
    expect(Date.parse(answer.user.updated_at)).toBe(after.updated_at);

    await bodyOf(put(user.id, { phone: null, first_name: "Anna" }, user.token));
    expect((await rowOf(user.id)).phone).toBeNull();
    expect(await eventsOf("user", user.id)).toEqual([
      {
        action: "user.updated",
        company_id: null,
        actor_id: user.id,
        details: { fields: ["first_name", "phone", "locale", "import_mails"] },
      },
      { action: "user.updated", company_id: null, actor_id: user.id, details: { fields: ["phone"] } },
    ]);
  });

  test("stays, and leaves no event, where nothing is other than it was", async () => {
    const user = await createUser({ firstName: "Ana" });
    const before = await dumpDirectory();
    const { user: shown } = await bodyOf(call(`/users/${user.id}`, { token: user.token }));
    for (const json of [{}, { first_name: "Ana" }, { phone: null, locale: "en" }, { email: user.email }]) {
      expect(await bodyOf(put(user.id, json, user.token))).toEqual({ user: shown });
    }
    expect(await dumpDirectory()).toEqual(before);
  });

  test.each([
    ["owner", "manager", 200],
    ["owner", "owner", 200],
    ["manager", "agent", 200],
    ["manager", "viewer", 200],
    ["manager", "manager", 403],
    ["manager", "owner", 403],
    ["agent", "viewer", 403],
    ["viewer", "viewer", 403],
  ] as const)("changed by %s of %s gets %i", async (role, whose, status) => {
    const caller = await createUser({ access: [{ company, role }] });
    const target = await createUser({ access: [{ company, role: whose }] });
    if (status === 403) {
      expect(await refused(403, target.id, { first_name: "Eve" }, caller.token)).toMatchObject({
        code: "forbidden",
      });
      return;
    }
    const { user } = await bodyOf(put(target.id, { first_name: "Eve" }, caller.token));
    expect(user).toMatchObject({ id: target.id, first_name: "Eve" });
    expect(await eventsOf("user", target.id)).toEqual([
      {
        action: "user.updated",
        company_id: company.id,
        actor_id: caller.id,
        details: { fields: ["first_name"] },
      },
    ]);
  });

  test("is not changed by the owner of one of several companies, nor shown to strangers", async () => {
    const elsewhere = await createCompany();
    const shared = await createUser({
      access: [
        { company: elsewhere, role: "viewer" },
        { company, role: "viewer" },
      ],
    });
    const stranger = await createUser({ access: [{ company: await createCompany(), role: "owner" }] });
    expect(await refused(403, shared.id, { first_name: "Eve" }, owner.token)).toMatchObject({
      code: "forbidden",
    });
    for (const json of [{ first_name: "Eve" }, { status: "disabled" }]) {
      expect(await refused(404, shared.id, json, stranger.token)).toMatchObject({ code: "not_found" });
    }
    const operator = await createUser({ operator: true });
    await bodyOf(put(shared.id, { first_name: "Eva" }, operator.token));
    expect(await eventsOf("user", shared.id)).toMatchObject([{ company_id: null, actor_id: operator.id }]);
  });

  test("of an operator of the installation is not a company's to change", async () => {
    const operator = await createUser({ operator: true, access: [{ company, role: "viewer" }] });
    for (const json of [{ first_name: "Eve" }, { status: "disabled" }]) {
      expect(await refused(403, operator.id, json, owner.token)).toMatchObject({ code: "forbidden" });
    }
    await bodyOf(put(operator.id, { first_name: "Olga" }, operator.token));
    const other = await createUser({ operator: true });
    await bodyOf(put(operator.id, { last_name: "Ortiz" }, other.token));
  });
});

describe("a body", () => {
  test.each(
    "operator id company_id token_version password_hash avatar_key full_name updated_at user_accesses_attributes".split(
      " ",
    ),
  )("with the field %s is refused by its name, from any sender", async (field) => {
    const user = await agent();
    for (const { token } of [user, owner]) {
      const asked = { first_name: "Eve", [field]: field === "operator" ? true : 1 };
      expect(await refused(422, user.id, asked, token)).toEqual({
        code: "invalid_body",
        errors: [`/${field}`],
      });
    }
  });

  test.each([
    [{ first_name: null }, "/first_name"],
    [{ last_name: "" }, "/last_name"],
    [{ locale: "fr" }, "/locale"],
    [{ phone: "1" }, "/phone"],
    [{ email: null }, "/email"],
    [{ status: "pending" }, "/status"],
    [{ password: "seven lamps on the stairs" }, "/current_password"],
    [{ current_password: "seven lamps on the stairs" }, "/password"],
    [{ password: "too short", current_password: "x" }, "/password"],
  ])("with %j is refused at %s", async (json, pointer) => {
    const user = await agent();
    expect(await refused(422, user.id, { first_name: "Eve", ...json }, user.token)).toEqual({
      code: "invalid_body",
      errors: [pointer],
    });
  });

  test("with one field that is not the caller's to change changes nothing", async () => {
    const user = await agent();
    const password = { password: "seven lamps on the stairs", current_password: "x" };
    for (const [json, token, pointer] of [
      [{ email: freshEmail() }, owner.token, "/email"],
      [password, owner.token, "/password"],
      [{ status: "disabled" }, user.token, "/status"],
      [{ status: "active" }, user.token, "/status"],
    ] as const) {
      expect(await refused(403, user.id, { first_name: "Eve", ...json }, token)).toEqual({
        code: "forbidden",
        errors: [pointer],
      });
    }
  });
});

describe("the status", () => {
  test("disabled ends whatever the user could do, from the next request on", async () => {
    const user = await createUser({ access: [{ company, role: "agent" }], password: true });
    const credentials = { email: user.email, password: PASSWORD };
    const signIn = () => call("/users/login", { method: "POST", json: credentials });
    const { token, refresh_token } = await bodyOf(signIn());
    await bodyOf(put(user.id, { email: freshEmail() }, token));
    await bodyOf(call("/users/reset_password", { method: "POST", json: { email: user.email } }));

    const { user: shown } = await bodyOf(put(user.id, { status: "disabled" }, manager.token));
    expect(shown.status).toBe("disabled");
    for (const old of [token, user.token]) await problemOf(call("/users/validate_jwt", { token: old }), 401);
    await problemOf(call("/users/refresh", { method: "POST", json: { refresh_token } }), 401);
    await problemOf(signIn(), 401);
    expect(await rowOf(user.id)).toMatchObject({ status: "disabled", token_version: 1 });
    expect(await rowsOf("SELECT id FROM sessions WHERE user_id = ? AND revoked_at IS NULL", user.id)).toEqual(
      [],
    );
    const links = await rowsOf(
      "SELECT kind, link_ended_at FROM mails WHERE (user_id = ? OR email = ?) AND link_expires_at IS NOT NULL",
      user.id,
      user.email,
    );
    // The old address can still undo the change: the person who asked for it may be why the user is disabled.
    expect(Object.fromEntries(links.map((mail) => [mail.kind, mail.link_ended_at !== null]))).toEqual({
      confirm_email: true,
      reset_password: true,
      email_changed: false,
    });
    const told = await eventsOf("user", user.id);
    expect(told.at(-2)).toEqual({
      action: "user.disabled",
      company_id: company.id,
      actor_id: manager.id,
      details: {},
    });
    expect(told.at(-1)?.action).toBe("user.sign_in_failed");

    await bodyOf(put(user.id, { status: "disabled" }, manager.token));
    expect(await eventsOf("user", user.id)).toEqual(told);

    const enabled = await bodyOf(put(user.id, { status: "active", first_name: "Back" }, manager.token));
    expect(enabled.user).toMatchObject({ status: "active", first_name: "Back" });
    await problemOf(call("/users/validate_jwt", { token }), 401);
    await bodyOf(signIn());
    expect((await eventsOf("user", user.id)).map((event) => event.action).slice(told.length)).toEqual([
      "user.updated",
      "user.enabled",
    ]);
  });

  test("pending ends by setting a password alone, also after the user was disabled", async () => {
    const user = await createUser({ access: [{ company, role: "viewer" }], status: "pending" });
    expect(await refused(422, user.id, { status: "active" }, owner.token)).toEqual({
      code: "invalid_body",
      errors: ["/status"],
    });
    await bodyOf(put(user.id, { status: "disabled" }, owner.token));
    const { user: back } = await bodyOf(put(user.id, { status: "active" }, owner.token));
    expect(back.status).toBe("pending");
    expect((await rowOf(user.id)).status).toBe("pending");
  });

  test("of a company's last owner stays", async () => {
    const alone = await createCompany({ parent: company });
    const last = await createUser({ access: [{ company: alone, role: "owner" }] });
    expect(await refused(409, last.id, { status: "disabled", first_name: "Eve" }, owner.token)).toMatchObject(
      {
        code: "last_owner",
      },
    );
    await createUser({ access: [{ company: alone, role: "owner" }] });
    await bodyOf(put(last.id, { status: "disabled" }, owner.token));
  });

  test("of two owners who disable each other at once: one stays, 50 runs", async () => {
    for (let run = 0; run < 50; run++) {
      const shared = await createCompany();
      const two = [
        await createUser({ access: [{ company: shared, role: "owner" }] }),
        await createUser({ access: [{ company: shared, role: "owner" }] }),
      ] as const;
      const [first, second] = two;
      const answers = await Promise.all([
        put(second.id, { status: "disabled" }, first.token),
        put(first.id, { status: "disabled" }, second.token),
      ]);
      const statuses = answers.map((answer) => answer.status).sort((x, y) => x - y);
      expect(statuses[0]).toBe(200);
      expect([401, 409]).toContain(statuses[1]);
      const rows = await rowsOf(
        "SELECT status FROM users WHERE id IN (?, ?) ORDER BY status",
        first.id,
        second.id,
      );
      expect(rows).toEqual([{ status: "active" }, { status: "disabled" }]);
    }
  });
});
