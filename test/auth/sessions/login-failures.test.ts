import { env } from "cloudflare:test";
import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import {
  claimAttempt,
  claimOfAccount,
  clearFailures,
  failuresKey,
  purgeLoginFailures,
  UNKNOWN_SOURCES_AN_HOUR,
} from "../../../src/auth/sessions/login-failures.ts";
import { linkToken } from "../../../src/auth/tokens/link-tokens.ts";
import { openDirectory } from "../../../src/db/clients.ts";
import { mails } from "../../../src/db/directory/schema.ts";
import { openScheduledRun } from "../../../src/jobs/scheduled-run.ts";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import { createUser, PASSWORD } from "../../harness/factories.ts";

const HOUR = 60 * 60 * 1000;
const db = openDirectory(env.DIRECTORY);
let accounts = 0;
let addresses = 20;

const someone = () => `someone-${++accounts}@example.test`;
const mayTry = async (key: string, now: number) => (await claimAttempt(db, key, now)).length === 1;
/** Each test signs in from an address of its own, whose sign-ins are counted too. */
let address = "";
beforeEach(() => {
  address = `203.0.113.${++addresses}`;
});
const sourceOf = (email: string) => failuresKey(email, `network/${address}`);
const failuresOf = (email: string) =>
  env.DIRECTORY.prepare("SELECT * FROM login_failures WHERE email_hash = ?")
    .bind(createHash("sha256").update(`${email} network/${address}`).digest("hex"))
    .first<{ failures: number; failed_at: number; retry_at: number }>();

/** Has failures behind an account whose next one brings a wait of 16 seconds, far longer than a test takes. */
const afterNineFailures = (email: string) =>
  env.DIRECTORY.prepare("INSERT INTO login_failures VALUES (?, 9, ?, ?)")
    .bind(sourceOf(email), Date.now() - 10_000, Date.now() - 2000)
    .run();

const login = (email: string, password: string, more: { from?: string; device_token?: string } = {}) => {
  const { from = address, ...json } = more;
  return call("/users/login", {
    method: "POST",
    json: { email, password, ...json },
    headers: { "CF-Connecting-IP": from },
  });
};

describe("the wait", () => {
  test("is none after five failures, then a second, then twice as long each time up to a minute", async () => {
    const key = failuresKey(someone());
    let now = Date.now();
    const waits: number[] = [];
    for (let failure = 1; failure <= 20; failure++) {
      expect(await mayTry(key, now)).toBe(true);
      const row = await env.DIRECTORY.prepare("SELECT retry_at FROM login_failures WHERE email_hash = ?")
        .bind(key)
        .first<{ retry_at: number }>();
      const wait = (row?.retry_at ?? 0) - now;
      if (wait > 0) expect(await mayTry(key, now + wait - 1)).toBe(false);
      waits.push(wait / 1000);
      now += wait;
    }
    expect(waits).toEqual([0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, ...Array(9).fill(60)]);
  });

  test("does not grow while it is not waited for", async () => {
    const key = failuresKey(someone());
    const now = Date.now();
    for (let failure = 1; failure <= 6; failure++) expect(await mayTry(key, now)).toBe(true);
    for (let more = 0; more < 50; more++) expect(await mayTry(key, now + 10 * more)).toBe(false);
    expect(await mayTry(key, now + 1000)).toBe(true);
  });

  test("is over after a success, and after an hour without a failure", async () => {
    const key = failuresKey(someone());
    const now = Date.now();
    const failSixTimes = async (at: number) => {
      for (let failure = 1; failure <= 6; failure++) expect(await mayTry(key, at)).toBe(true);
      expect(await mayTry(key, at)).toBe(false);
    };
    await failSixTimes(now);
    await clearFailures(db, key);
    await failSixTimes(now);
    await failSixTimes(now + HOUR + 1);
  });

  test("is each account's own", async () => {
    const now = Date.now();
    const [one, other] = [failuresKey(someone()), failuresKey(someone())];
    for (let failure = 1; failure <= 6; failure++) await mayTry(one, now);
    expect(await mayTry(one, now)).toBe(false);
    expect(await mayTry(other, now)).toBe(true);
  });

  test("lets six of 100 attempts at once through", async () => {
    const now = Date.now();
    for (let run = 0; run < 20; run++) {
      const key = failuresKey(someone());
      const tries = await Promise.all(Array.from({ length: 100 }, () => mayTry(key, now)));
      expect(tries.filter(Boolean)).toHaveLength(6);
    }
  });
});

describe("signing in", () => {
  test("is refused within the wait, with how long it lasts, whatever the password", async () => {
    const known = await createUser({ password: true });
    const problems: unknown[] = [];
    for (const email of [known.email, someone()]) {
      await afterNineFailures(email);
      await problemOf(login(email, "wrong"), 401);
      const before = await failuresOf(email);
      expect(before).toMatchObject({ failures: 10, retry_at: (before?.failed_at ?? 0) + 16_000 });
      const answer = await login(email, PASSWORD);
      const seconds = Number(answer.headers.get("Retry-After"));
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThanOrEqual(16);
      const { request_id: _, ...problem } = await problemOf(answer, 429);
      expect(problem.detail).toContain(` ${seconds} s`);
      problems.push({ ...problem, detail: problem.detail.replace(String(seconds), "n") });
      expect(await failuresOf(email)).toEqual(before);
    }
    expect(problems[0]).toMatchObject({ code: "too_many_requests" });
    expect(problems[1]).toEqual(problems[0]);
  });

  test("counts known and unknown accounts alike, by no more than a hash", async () => {
    const known = await createUser({ password: true });
    const unknown = someone();
    for (const email of [known.email, unknown]) {
      await problemOf(login(email.toUpperCase(), "wrong"), 401);
      expect(await failuresOf(email)).toMatchObject({ failures: 1 });
    }
    const all = await env.DIRECTORY.prepare("SELECT * FROM login_failures").all();
    expect(JSON.stringify(all.results)).not.toContain("@");
    expect(JSON.stringify(all.results)).not.toContain("example");
  });

  test("with the right password takes the failures back", async () => {
    const { email } = await createUser({ password: true });
    for (let failure = 1; failure <= 5; failure++) await problemOf(login(email, "wrong"), 401);
    await bodyOf(login(email, PASSWORD));
    expect(await failuresOf(email)).toBeNull();
    await problemOf(login(email, "wrong"), 401);
    expect(await failuresOf(email)).toMatchObject({ failures: 1 });
  });

  test("with the right password to an account that may not sign in counts as a failure", async () => {
    const { email } = await createUser({ status: "disabled", password: true });
    await problemOf(login(email, PASSWORD), 401);
    expect(await failuresOf(email)).toMatchObject({ failures: 1 });
  });

  test("of many at once looks at no more than may try", async () => {
    const { email } = await createUser({ password: true });
    await afterNineFailures(email);
    const answers = await Promise.all(Array.from({ length: 18 }, () => login(email, "wrong")));
    expect(answers.map(({ status }) => status).sort()).toEqual([401, ...Array(17).fill(429)]);
    expect(await failuresOf(email)).toMatchObject({ failures: 10 });
  });
});

/** Guesses at an account from other networks, a few from each, until the last one was answered. */
async function attack(email: string, guesses: number): Promise<number[]> {
  const statuses: number[] = [];
  for (let guess = 0; guess < guesses; guess += 5) {
    const from = `198.18.${accounts % 256}.${guess / 5}`;
    for (let time = 0; time < Math.min(5, guesses - guess); time++) {
      statuses.push((await login(email, "wrong", { from })).status);
    }
  }
  return statuses;
}

/** As so many guesses from unknown networks leave an account: each of them would cost the test a hash. */
const underAttack = (email: string, attempts: number) =>
  env.DIRECTORY.prepare("INSERT OR REPLACE INTO login_failures VALUES (?, ?, ?, ?)")
    .bind(failuresKey(email), attempts, Date.now(), Date.now())
    .run();

describe("an account under attack", () => {
  test("is open to its owner at once: after 100 wrong sign-ins, from an address of their own", async () => {
    const { email } = await createUser({ password: true });
    accounts += 1;
    expect(new Set(await attack(email, 100))).toEqual(new Set([401]));
    await bodyOf(login(email, PASSWORD));
  });

  test("is open to its owner after 100 wrong sign-ins from one other address", async () => {
    const { email } = await createUser({ password: true });
    const statuses: number[] = [];
    for (let time = 0; time < 100; time++) {
      statuses.push((await login(email, "wrong", { from: "198.51.100.200" })).status);
    }
    expect(statuses.filter((status) => status === 401).length).toBeLessThan(15);
    await bodyOf(login(email, PASSWORD));
  });

  test("lets unknown networks try no more than so often an hour, known devices and networks whenever", async () => {
    const { email } = await createUser({ password: true });
    const { device_token } = await bodyOf(login(email, PASSWORD));
    await underAttack(email, UNKNOWN_SOURCES_AN_HOUR);
    const away = "198.51.100.201";
    for (const [who, target] of [
      ["somebody's", email],
      ["nobody's", someone()],
    ] as const) {
      if (who === "nobody's") await underAttack(target, UNKNOWN_SOURCES_AN_HOUR);
      const refused = await problemOf(login(target, PASSWORD, { from: away }), 429);
      expect(refused, who).toMatchObject({ code: "too_many_requests" });
      expect(refused.detail).toContain("open the link in the mail");
    }
    await bodyOf(login(email, PASSWORD));
    const known = await bodyOf(login(email, PASSWORD, { from: away, device_token }));
    expect(known.device_token).toBe(device_token);
    // That was a success, so the network is known by now.
    await bodyOf(login(email, PASSWORD, { from: away }));
    await problemOf(
      login(email, PASSWORD, { from: "198.51.100.202", device_token: `${device_token}x` }),
      429,
    );
  });

  test("does not take another account's device for a known one", async () => {
    const [user, other] = [await createUser({ password: true }), await createUser({ password: true })];
    const { device_token } = await bodyOf(login(other.email, PASSWORD));
    await underAttack(user.email, UNKNOWN_SOURCES_AN_HOUR);
    await problemOf(login(user.email, PASSWORD, { from: "198.51.100.203", device_token }), 429);
  });

  test("waits for a known device by itself, not for its network", async () => {
    const { email } = await createUser({ password: true });
    const { device_token } = await bodyOf(login(email, PASSWORD));
    await afterNineFailures(email);
    await problemOf(login(email, "wrong"), 401);
    await problemOf(login(email, PASSWORD), 429);
    await bodyOf(login(email, PASSWORD, { device_token }));
  });

  test("opens by a reset, whose answer makes the device known", async () => {
    const user = await createUser({ password: true });
    await underAttack(user.email, UNKNOWN_SOURCES_AN_HOUR);
    const token = await resetLink(user);
    const json = { token, password: "three lamps on the stairs" };
    const { device_token } = await bodyOf(call("/users/reset_password", { method: "PUT", json }));
    await underAttack(user.email, UNKNOWN_SOURCES_AN_HOUR);
    await bodyOf(login(user.email, json.password, { from: "198.51.100.204", device_token }));
  });

  test("opens to unknown networks again an hour after the first of the attempts", async () => {
    const email = someone();
    const now = Date.now();
    const [yes, no] = [sql`1`, sql`0`];
    const strangers = { isKnownDevice: no, isKnownNetwork: no };
    const mayTryFromUnknown = async (at: number) =>
      (await claimOfAccount(db, email, { ...strangers, condition: yes }, at)).length === 1;
    const tries = [];
    for (let time = 0; time < UNKNOWN_SOURCES_AN_HOUR + 20; time++)
      tries.push(await mayTryFromUnknown(now + time));
    expect(tries.filter(Boolean)).toHaveLength(UNKNOWN_SOURCES_AN_HOUR);
    expect(await mayTryFromUnknown(now + HOUR)).toBe(false);
    expect(await mayTryFromUnknown(now + HOUR + 1)).toBe(true);
    expect((await claimOfAccount(db, email, { ...strangers, condition: no }, now)).length).toBe(0);
  });
});

/** A link to reset a password, as its mail carries it. */
async function resetLink(user: { id: number; email: string }): Promise<string> {
  const now = Date.now();
  const row = { kind: "reset_password", email: user.email, userId: user.id } as const;
  const [mail] = await db
    .insert(mails)
    .values({ ...row, createdAt: now, queuedAt: now, doneAt: now, linkExpiresAt: now + HOUR })
    .returning();
  return linkToken(env, "reset_password", mail?.id ?? 0);
}

test("failures expire an hour after the last one, and not before", async () => {
  const now = Date.now();
  const [old, recent] = [someone(), someone()];
  await claimAttempt(db, sourceOf(old), now - HOUR - 1);
  await claimAttempt(db, sourceOf(recent), now - HOUR + 1);
  await purgeLoginFailures(openScheduledRun(env, now));
  expect(await failuresOf(old)).toBeNull();
  expect(await failuresOf(recent)).toMatchObject({ failures: 1 });
});
