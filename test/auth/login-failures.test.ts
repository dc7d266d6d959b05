import { env } from "cloudflare:test";
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  claimAttempt,
  clearFailures,
  failuresKey,
  forgetLoginFailures,
} from "../../src/auth/login-failures.ts";
import { openDirectory } from "../../src/db/clients.ts";
import { openScheduledRun } from "../../src/jobs/scheduled-run.ts";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createUser, PASSWORD } from "../harness/factories.ts";

const HOUR = 60 * 60 * 1000;
const db = openDirectory(env.DIRECTORY);
let accounts = 0;

const someone = () => `someone-${++accounts}@example.test`;
const mayTry = async (key: string, now: number) => (await claimAttempt(db, key, now)).length === 1;
const failuresOf = (email: string) =>
  env.DIRECTORY.prepare("SELECT * FROM login_failures WHERE email_hash = ?")
    .bind(createHash("sha256").update(email).digest("hex"))
    .first<{ failures: number; failed_at: number; retry_at: number }>();

/** Has failures behind an account whose next one brings a wait of 16 seconds, far longer than a test takes. */
const afterNineFailures = (email: string) =>
  env.DIRECTORY.prepare("INSERT INTO login_failures VALUES (?, 9, ?, ?)")
    .bind(failuresKey(email), Date.now() - 10_000, Date.now() - 2000)
    .run();

const login = (email: string, password: string) =>
  call("/users/login", { method: "POST", json: { email, password } });

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
      expect(seconds).toBeGreaterThan(5);
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

test("failures are forgotten an hour after the last one, and not before", async () => {
  const now = Date.now();
  const [old, recent] = [someone(), someone()];
  await claimAttempt(db, failuresKey(old), now - HOUR - 1);
  await claimAttempt(db, failuresKey(recent), now - HOUR + 1);
  await forgetLoginFailures(openScheduledRun(env, now));
  expect(await failuresOf(old)).toBeNull();
  expect(await failuresOf(recent)).toMatchObject({ failures: 1 });
});
