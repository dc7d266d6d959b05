import { env } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { verifyPassword } from "../../src/auth/passwords/passwords.ts";
import { failuresKey, UNKNOWN_SOURCES_AN_HOUR } from "../../src/auth/sessions/login-failures.ts";
import { type LinkPurpose, linkToken } from "../../src/auth/tokens/link-tokens.ts";
import { loginFailures, mails, users } from "../../src/db/directory/schema.ts";
import { newSession } from "../harness/accounts/session.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createUser, PASSWORD, type TestUser } from "../harness/factories.ts";
import { dumpDirectory, failAtEveryStatement } from "../harness/failing-statement.ts";
import { complete, db, login, MINUTE, NEW_PASSWORD, quietDirectory } from "./password-links.ts";

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

const isOpen = async (id: number) => {
  const [row] = await db.select().from(mails).where(eq(mails.id, id));
  return row?.linkEndedAt === null;
};

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
      device_token: expect.stringMatching(/^[\w-]{22}\.\d+\.[\w-]{43}$/),
    });

    const after = await userOf(user);
    expect(after).toEqual({
      ...before,
      passwordHash: expect.any(String),
      tokenVersion: before.tokenVersion + 1,
      securedAt: after.updatedAt,
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
