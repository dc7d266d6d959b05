import { env } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { linkToken } from "../../src/auth/tokens/link-tokens.ts";
import { mails } from "../../src/db/directory/schema.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createUser, PASSWORD } from "../harness/factories.ts";
import { dumpDirectory, failAtEveryStatement } from "../harness/failing-statement.ts";
import { complete, db, login, MINUTE, NEW_PASSWORD, quietDirectory } from "./password-links.ts";

const ask = (email: unknown, headers: Record<string, string> = {}) =>
  call("/users/reset_password", { method: "POST", json: { email }, headers });

const mailsTo = (email: string) => db.select().from(mails).where(eq(mails.email, email));

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
      .poll(() => mailsTo(user.email))
      .toMatchObject([{ userId: user.id, doneAt: expect.any(Number) }])
      .then(() => mailsTo(user.email));
    await bodyOf(complete(linkToken(env, "reset_password", mail?.id ?? 0)));
    await bodyOf(login(user.email, NEW_PASSWORD));
  });

  test("ends no link that was mailed before, however often strangers ask", async () => {
    const user = await createUser({ password: true });
    for (let asked = 1; asked <= 6; asked++) {
      await bodyOf(ask(user.email));
      await expect
        .poll(async () => (await mailsTo(user.email)).filter((one) => one.doneAt ?? one.failedAt))
        .toHaveLength(asked);
    }
    const [first] = await mailsTo(user.email);
    await bodyOf(complete(linkToken(env, "reset_password", first?.id ?? 0)));
    await bodyOf(login(user.email, NEW_PASSWORD));
  });

  test("of an address without an account gives no link that works", async () => {
    const email = `nobody-${crypto.randomUUID()}@example.test`;
    await bodyOf(ask(email));
    const [written] = await mailsTo(email);
    const token = linkToken(env, "reset_password", written?.id ?? 0);
    await problemOf(complete(token), 422);
    await expect.poll(() => mailsTo(email)).toMatchObject([{ userId: null, doneAt: expect.any(Number) }]);
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
