import { env } from "cloudflare:test";
import { and, eq, isNull } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { verifyPassword } from "../../src/auth/passwords/passwords.ts";
import { failuresKey, UNKNOWN_SOURCES_AN_HOUR } from "../../src/auth/sessions/login-failures.ts";
import { type LinkPurpose, linkToken } from "../../src/auth/tokens/link-tokens.ts";
import { openDirectory } from "../../src/db/clients.ts";
import { loginFailures, mails, users } from "../../src/db/directory/schema.ts";
import { newSession } from "../harness/accounts/session.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createUser, PASSWORD, type TestUser } from "../harness/factories.ts";
import { dumpDirectory, failAtEveryStatement } from "../harness/failing-statement.ts";

const NEW_PASSWORD = "three lamps on the stairs";
const MINUTE = 60_000;
const db = openDirectory(env.DIRECTORY);

const ask = (email: unknown, headers: Record<string, string> = {}) =>
  call("/users/reset_password", { method: "POST", json: { email }, headers });
const complete = (token: unknown, password: unknown = NEW_PASSWORD) =>
  call("/users/reset_password", { method: "PUT", json: { token, password } });
const login = (email: string, password: string) =>
  call("/users/login", { method: "POST", json: { email, password } });

const mailsTo = (email: string) => db.select().from(mails).where(eq(mails.email, email));
const userOf = async ({ id }: { id: number }) => {
  const [row] = await db.select().from(users).where(eq(users.id, id));
  if (!row) throw new Error("no user");
  return row;
};

/** A mail as it is once it was sent. @returns the token of its link. */
async function newLink(
  user: TestUser,
  kind: Exclude<LinkPurpose, "invitation"> = "reset_password",
  differs: Partial<typeof mails.$inferInsert> = {},
): Promise<{ id: number; token: string }> {
  const now = Date.now();
  const [row] = await db
    .insert(mails)
    .values({
      kind,
      email: user.email,
      userId: user.id,
      createdAt: now,
      queuedAt: now,
      doneAt: now,
      linkExpiresAt: now + 10 * MINUTE,
      ...differs,
    })
    .returning();
  if (!row) throw new Error("no mail");
  return { id: row.id, token: linkToken(env, kind, row.id) };
}

/** Everything there is of people, once no mail is on its way any more. */
async function quietDirectory() {
  const waiting = () => db.$count(mails, and(isNull(mails.doneAt), isNull(mails.failedAt)));
  await expect.poll(waiting, { timeout: 10_000 }).toBe(0);
  return dumpDirectory();
}

const isOpen = async (id: number) => {
  const [row] = await db.select().from(mails).where(eq(mails.id, id));
  return row?.linkEndedAt === null;
};

describe("asking for a new password", () => {
  test("is answered alike with and without an account, and writes one mail either way", async () => {
    const user = await createUser({ password: true });
    const answers: unknown[] = [];
    for (const email of [user.email, `nobody-${crypto.randomUUID()}@example.test`]) {
      const before = Date.now();
      const answer = await ask(` ${email.toUpperCase()} `);
      answers.push({ body: await bodyOf(answer), headers: [...answer.headers.keys()].sort() });
      const [mail, ...others] = await mailsTo(email);
      expect(others).toEqual([]);
      expect(mail).toMatchObject({ kind: "reset_password", email, invitationId: null, linkEndedAt: null });
      expect(mail?.linkExpiresAt).toBeGreaterThanOrEqual(before + 10 * MINUTE);
      expect(mail?.linkExpiresAt).toBeLessThanOrEqual(Date.now() + 10 * MINUTE);
    }
    expect(answers[1]).toEqual(answers[0]);
  });

  test("changes nothing but the outbox", async () => {
    const user = await createUser({ password: true });
    const { mails: _, ...before } = await dumpDirectory();
    await bodyOf(ask(user.email));
    const { mails: written, ...after } = await dumpDirectory();
    expect(after).toEqual(before);
    await bodyOf(login(user.email, PASSWORD));
    expect(written?.length).toBeGreaterThan(0);
  });

  test("gives a link that works, once the mail was dealt with", async () => {
    const user = await createUser({ password: true });
    await bodyOf(ask(user.email));
    const [mail] = await expect
      .poll(() => mailsTo(user.email), { timeout: 10_000 })
      .toMatchObject([{ userId: user.id, doneAt: expect.any(Number) }])
      .then(() => mailsTo(user.email));
    await bodyOf(complete(linkToken(env, "reset_password", mail?.id ?? 0)));
    await bodyOf(login(user.email, NEW_PASSWORD));
  });

  test("of an address without an account gives no link that works", async () => {
    const email = `nobody-${crypto.randomUUID()}@example.test`;
    await bodyOf(ask(email));
    const [written] = await mailsTo(email);
    const token = linkToken(env, "reset_password", written?.id ?? 0);
    await problemOf(complete(token), 422);
    await expect
      .poll(() => mailsTo(email), { timeout: 10_000 })
      .toMatchObject([{ userId: null, doneAt: expect.any(Number) }]);
    await problemOf(complete(token), 422);
  });

  test.each([
    ["no address", {}, "/email"],
    ["what is no address", { email: "nobody" }, "/email"],
    ["two addresses", { email: ["a@example.test", "b@example.test"] }, "/email"],
    ["a field that is not known", { email: "a@example.test", user_id: 1 }, "/user_id"],
  ])("with %s names the field and writes nothing", async (_, json, pointer) => {
    const before = await quietDirectory();
    const problem = await problemOf(call("/users/reset_password", { method: "POST", json }), 422);
    expect(problem.errors.map((one: { pointer: string }) => one.pointer)).toEqual([pointer]);
    expect(await dumpDirectory()).toEqual(before);
  });

  test("too often is refused by network: requests for the same account from elsewhere still pass", async () => {
    const statusesOf = async (send: (turn: number) => Promise<Response>) => {
      const answers: Response[] = [];
      for (let turn = 0; turn < 8; turn++) answers.push(await send(turn));
      expect(answers.at(-1)?.headers.get("Retry-After")).toBe("60");
      return answers.map(({ status }) => status);
    };
    const wanted = [...Array(5).fill(200), ...Array(3).fill(429)];
    const fresh = () => `${crypto.randomUUID()}@example.test`;
    const one = { "CF-Connecting-IP": "203.0.113.99" };
    expect(await statusesOf(() => ask(fresh(), one))).toEqual(wanted);
    // Strangers use up no more than their own: the owner of an account asks from elsewhere.
    const target = fresh();
    expect(await statusesOf(() => ask(target, { "CF-Connecting-IP": "203.0.113.98" }))).toEqual(wanted);
    await bodyOf(ask(target));
  });
});

describe("completing it", () => {
  test("sets the password, ends all sessions and all links, and clears failed sign-ins", async () => {
    const [user, other] = [await createUser({ password: true }), await createUser({ password: true })];
    const sessions = [await newSession(user), await newSession(user)];
    const theirs = await newSession(other);
    const link = await newLink(user);
    const open = [
      await newLink(user),
      await newLink(user, "set_password"),
      await newLink(user, "confirm_email", { email: "elsewhere@example.test" }),
    ];
    const otherLink = await newLink(other);
    const key = failuresKey(user.email);
    await db.insert(loginFailures).values({
      emailHash: key,
      failures: UNKNOWN_SOURCES_AN_HOUR,
      failedAt: Date.now(),
      retryAt: Date.now(),
    });
    await problemOf(login(user.email, PASSWORD), 429);
    const before = await userOf(user);

    expect(await bodyOf(complete(link.token))).toEqual({
      message: expect.stringMatching(/./),
      device_token: expect.stringMatching(/^[\w-]{22}\.[\w-]{43}$/),
    });

    const after = await userOf(user);
    expect(after).toEqual({
      ...before,
      passwordHash: expect.any(String),
      tokenVersion: before.tokenVersion + 1,
      updatedAt: expect.any(Number),
    });
    expect(after.updatedAt).toBeGreaterThan(before.updatedAt);
    for (const token of [user.token, ...sessions.map((one) => one.token)]) {
      await problemOf(call("/users/me", { token }), 401);
    }
    for (const { refreshToken } of sessions) {
      const json = { refresh_token: refreshToken };
      await problemOf(call("/users/refresh", { method: "POST", json }), 401);
    }
    for (const { id } of [link, ...open]) expect(await isOpen(id)).toBe(false);
    for (const { token } of [link, ...open]) await problemOf(complete(token), 422);

    await problemOf(login(user.email, PASSWORD), 401);
    await bodyOf(login(user.email, NEW_PASSWORD));

    await bodyOf(call("/users/me", { token: theirs.token }));
    expect(await isOpen(otherLink.id)).toBe(true);
    await bodyOf(login(other.email, PASSWORD));

    const events = await env.DIRECTORY.prepare(
      "SELECT * FROM audit_events WHERE object_id = ? AND action = 'user.password_reset'",
    )
      .bind(user.id)
      .all();
    expect(events.results).toMatchObject([
      { actor_id: user.id, company_id: null, object_type: "user", details: "{}" },
    ]);
  });

  test.each(["set_password", "reset_password"] as const)(
    "by a %s link makes a pending user active",
    async (kind) => {
      const user = await createUser({ status: "pending" });
      await problemOf(login(user.email, NEW_PASSWORD), 401);
      await bodyOf(complete((await newLink(user, kind)).token));
      expect((await bodyOf(login(user.email, NEW_PASSWORD))).user.status).toBe("active");
    },
  );
});

describe("a link is refused", () => {
  const now = Date.now();
  const cases: [string, (user: TestUser) => Promise<string> | string][] = [
    ["that is none", () => "x"],
    ["of somebody's own making", ({ id }) => `${id}.${"A".repeat(43)}`],
    [
      "whose id was changed",
      async (user) => {
        const { id, token } = await newLink(user);
        return token.replace(`${id}.`, `${id + 1}.`);
      },
    ],
    ["that is cut short", async (user) => (await newLink(user)).token.slice(0, -1)],
    [
      "that was used or replaced",
      async (user) => (await newLink(user, "reset_password", { linkEndedAt: now })).token,
    ],
    [
      "that has expired",
      async (user) => (await newLink(user, "reset_password", { linkExpiresAt: now - 1 })).token,
    ],
    [
      "that never counts",
      async (user) => (await newLink(user, "reset_password", { linkExpiresAt: null })).token,
    ],
    ["of nobody yet", async (user) => (await newLink(user, "reset_password", { userId: null })).token],
    ["of another purpose", async (user) => (await newLink(user, "confirm_email")).token],
    [
      "signed for another purpose",
      async (user) => {
        const { id } = await newLink(user, "confirm_email");
        return linkToken(env, "reset_password", id);
      },
    ],
    [
      "signed for the other kind of mail",
      async (user) => {
        const { id } = await newLink(user, "reset_password");
        return linkToken(env, "set_password", id);
      },
    ],
    [
      "that went to an address that is not the account's any more",
      async (user) => (await newLink(user, "reset_password", { email: `old-${user.email}` })).token,
    ],
    [
      "of a disabled user",
      async (user) => {
        await env.DIRECTORY.prepare("UPDATE users SET status = 'disabled' WHERE id = ?").bind(user.id).run();
        return (await newLink(user)).token;
      },
    ],
    ["to a mail that there never was", () => linkToken(env, "reset_password", 999_999)],
  ];

  test.each(cases)("%s", async (_, tokenOf) => {
    const user = await createUser({ password: true });
    const token = await tokenOf(user);
    const before = await quietDirectory();
    expect(await problemOf(complete(token), 422)).toMatchObject({
      code: "invalid_token",
      errors: [{ pointer: "/token", code: "invalid_token" }],
    });
    expect(await dumpDirectory()).toEqual(before);
  });

  test.each([
    ["too short a password", "short", "too_small"],
    ["one of the most used passwords", "password1234", "common_password"],
    ["no password", undefined, "invalid_type"],
  ])("with %s, and is good for another one after that", async (_, password, code) => {
    const user = await createUser();
    const { token } = await newLink(user);
    const problem = await problemOf(
      call("/users/reset_password", { method: "PUT", json: { token, password } }),
      422,
    );
    expect(problem).toMatchObject({ code: "invalid_body", errors: [{ pointer: "/password", code }] });
    await bodyOf(complete(token));
  });
});

describe("a link that two redeem at once", () => {
  test("is good for exactly one of them, whose password it is then, 50 times", {
    timeout: 180_000,
  }, async () => {
    for (let run = 0; run < 50; run++) {
      const user = await createUser();
      const { token } = await newLink(user);
      const passwords = [`the first one's, run ${run}`, `the second one's, run ${run}`];
      const answers = await Promise.all(passwords.map((password) => complete(token, password)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
      const winner = passwords[answers.findIndex(({ ok }) => ok)] ?? "";
      const { passwordHash, tokenVersion } = await userOf(user);
      expect(await verifyPassword(winner, passwordHash)).toBe(true);
      expect(tokenVersion).toBe(1);
      const events = await env.DIRECTORY.prepare("SELECT action FROM audit_events WHERE actor_id = ?")
        .bind(user.id)
        .all();
      expect(events.results).toEqual([{ action: "user.password_reset" }]);
    }
  });
});

test("a failure at any statement sets no password, and leaves the link good", async () => {
  const user = await createUser({ password: true });
  const session = await newSession(user);
  const { token } = await newLink(user);
  const before = await quietDirectory();
  const { failures, answer } = await failAtEveryStatement(
    "/users/reset_password",
    { method: "PUT", json: { token, password: NEW_PASSWORD } },
    async (failed) => {
      await problemOf(failed, 500);
      expect(await dumpDirectory()).toEqual(before);
    },
  );
  expect(failures).toBeGreaterThan(8);
  await bodyOf(answer);
  await problemOf(call("/users/me", { token: session.token }), 401);
  await bodyOf(login(user.email, NEW_PASSWORD));
});

test("a failure at any statement of asking for one writes no mail", async () => {
  const user = await createUser();
  const { failures, answer } = await failAtEveryStatement(
    "/users/reset_password",
    { method: "POST", json: { email: user.email } },
    async (failed) => {
      await problemOf(failed, 500);
      expect(await mailsTo(user.email)).toEqual([]);
    },
  );
  expect(failures).toBeGreaterThan(0);
  await bodyOf(answer);
  expect(await mailsTo(user.email)).toHaveLength(1);
});
