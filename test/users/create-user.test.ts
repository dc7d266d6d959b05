import { beforeAll, describe, expect, test } from "vitest";
import { verifyPassword } from "../../src/auth/passwords/passwords.ts";
import { UserAnswer } from "../../src/users/schemas.ts";
import { person, post, refused } from "../harness/accounts/sign-up.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCompany, createUser, type TestCompany } from "../harness/factories.ts";
import { eventsOf, freshEmail, rowsOf } from "../harness/people.ts";

const PASSWORD = "seven lamps on the stairs";
const DAY = 24 * 60 * 60 * 1000;

let company: TestCompany;

beforeAll(async () => {
  company = await createCompany();
});

/** Each test asks as somebody of its own: callers are counted. */
const someOwner = () => createUser({ access: [{ company, role: "owner" }] });
const mailsTo = (email: string) => rowsOf("SELECT * FROM mails WHERE email = ?", email);

describe("somebody who signs up", () => {
  test("with a password is active, and has no access", async () => {
    const asked = person({
      email: ` ${freshEmail().toUpperCase()} `,
      password: PASSWORD,
      phone: "+52 55 1234 5678",
    });
    const answer = await post(asked);
    const { user } = UserAnswer.parse(await bodyOf(answer, 201));
    expect(answer.headers.get("Location")).toBe(`/api/v1/users/${user.id}`);
    const email = asked.email.trim().toLowerCase();
    expect(user).toMatchObject({
      email,
      first_name: "Ana",
      last_name: "Díaz",
      full_name: "Ana Díaz",
      status: "active",
      phone: "+52 55 1234 5678",
      locale: "en",
      import_mails: true,
      primary_access: null,
      primary_company: null,
    });
    const [row] = await rowsOf("SELECT * FROM users WHERE id = ?", user.id);
    expect(row).toMatchObject({ email, status: "active", operator: 0, token_version: 0 });
    expect(await verifyPassword(PASSWORD, row.password_hash)).toBe(true);
    expect(user.email_confirmed_at).toBeNull();
    const [mail, ...others] = await mailsTo(email);
    expect(others).toEqual([]);
    expect(mail).toMatchObject({ kind: "confirm_email", user_id: user.id, link_ended_at: null });
    expect(mail.link_expires_at - mail.created_at).toBe(7 * DAY);
    expect(await eventsOf("user", user.id)).toEqual([
      { action: "user.created", company_id: null, actor_id: null, details: {} },
    ]);
    await bodyOf(call("/users/login", { method: "POST", json: { email, password: PASSWORD } }));
  });

  test("without one is pending, and gets a link for 7 days", async () => {
    const { user } = await bodyOf(post(person({ locale: "pt" })), 201);
    expect(user).toMatchObject({ status: "pending", locale: "pt" });
    const [row] = await rowsOf("SELECT * FROM users WHERE id = ?", user.id);
    expect(row.password_hash).toBeNull();
    const [mail, ...others] = await mailsTo(user.email);
    expect(others).toEqual([]);
    expect(mail).toMatchObject({ kind: "set_password", user_id: user.id, link_ended_at: null });
    expect(mail.link_expires_at - mail.created_at).toBe(7 * DAY);
    await problemOf(
      call("/users/login", { method: "POST", json: { email: user.email, password: "undefined" } }),
      401,
    );
  });

  test("under an address that has an account is told so, however it is written", async () => {
    const { user } = await bodyOf(post(person()), 201);
    const other = person({ email: user.email.toUpperCase() });
    expect(await refused(422, other)).toEqual({ code: "email_taken", errors: ["/email"] });
  });

  test("with an Idempotency-Key gets the first answer again, and is one user", async () => {
    const asked = { method: "POST", json: person(), headers: { "Idempotency-Key": crypto.randomUUID() } };
    const first = await call("/users", asked);
    const again = await call("/users", asked);
    expect(again.headers.get("Idempotent-Replayed")).toBe("true");
    expect(again.headers.get("Location")).toBe(first.headers.get("Location"));
    expect(await bodyOf(again, 201)).toEqual(await bodyOf(first, 201));
    expect(await rowsOf("SELECT id FROM users WHERE email = ?", asked.json.email)).toHaveLength(1);
    expect(await mailsTo(asked.json.email)).toHaveLength(1);
  });

  test("cannot name accesses, not even those of a company that there is not", async () => {
    for (const company_id of [company.id, 999_999]) {
      const asked = person({ password: PASSWORD, user_accesses_attributes: [{ company_id, access_id: 4 }] });
      expect(await refused(403, asked)).toEqual({
        code: "forbidden",
        errors: ["/user_accesses_attributes/0"],
      });
    }
  });

  test("with a token that does not count is not taken for a stranger", async () => {
    expect(await refused(401, person(), `${(await someOwner()).token}x`)).toMatchObject({
      code: "unauthorized",
    });
  });
});

describe("a body", () => {
  test.each(
    "operator status company_id id token_version password_hash avatar_key full_name created_at user_accesses".split(
      " ",
    ),
  )("with the field %s is refused by its name, from any sender", async (field) => {
    for (const token of [undefined, (await someOwner()).token]) {
      const asked = person({ [field]: field === "operator" ? true : 1 });
      expect(await refused(422, asked, token)).toEqual({ code: "invalid_body", errors: [`/${field}`] });
    }
  });

  test.each([
    [{ first_name: " " }, "/first_name"],
    [{ last_name: "a\nb" }, "/last_name"],
    [{ first_name: "x".repeat(256) }, "/first_name"],
    [{ email: "nobody" }, "/email"],
    [{ email: { $ne: "" } }, "/email"],
    [{ password: "short" }, "/password"],
    [{ locale: "xx" }, "/locale"],
    [{ phone: "call me" }, "/phone"],
    [{ invitation_code: "" }, "/invitation_code"],
    [{ user_accesses_attributes: {} }, "/user_accesses_attributes"],
    [
      { user_accesses_attributes: [{ company_id: "1", access_id: 3 }] },
      "/user_accesses_attributes/0/company_id",
    ],
    [
      { user_accesses_attributes: [{ company_id: 1, access_id: 5 }] },
      "/user_accesses_attributes/0/access_id",
    ],
    [
      { user_accesses_attributes: [{ company_id: 1, access_id: 3, user_id: 1 }] },
      "/user_accesses_attributes/0/user_id",
    ],
  ])("with %j is refused at %s", async (differs, pointer) => {
    expect(await refused(422, person(differs), (await someOwner()).token)).toEqual({
      code: "invalid_body",
      errors: [pointer],
    });
  });

  test("without what is needed names all of it", async () => {
    expect(await refused(422, {})).toEqual({
      code: "invalid_body",
      errors: ["/first_name", "/last_name", "/email"],
    });
  });

  test("that means two things at once is refused where the second is", async () => {
    const { token } = await someOwner();
    const other = await createCompany({ parent: company });
    const [first, second] = [company.id, other.id].map((company_id) => ({ company_id, access_id: 4 }));
    const two = (...all: unknown[]) => person({ user_accesses_attributes: all });
    expect(await refused(422, two(first, { ...first, access_id: 3 }), token)).toMatchObject({
      errors: ["/user_accesses_attributes/1/company_id"],
    });
    expect(
      await refused(422, two({ ...first, primary: true }, { ...second, primary: true }), token),
    ).toMatchObject({ errors: ["/user_accesses_attributes/1/primary"] });
  });
});
