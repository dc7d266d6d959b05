import { env } from "cloudflare:test";
import { beforeAll, expect, test } from "vitest";
import { hashPassword } from "../../src/auth/passwords/passwords.ts";
import { bodyOf, call } from "../harness/api.ts";
import { PASSWORD } from "../harness/factories.ts";

/**
 * Whether an e-mail has an account shows neither in an answer nor in its time. `TIMING=200 npm test -- timing` asks
 * for as many of each kind and judges the times; without it a few are asked for, and their times are only shown.
 */
const JUDGED = Number(env.TIMING) || 0;
const PAIRS = JUDGED || 25;
const WITHIN = 0.1;

const known = (at: number) => `known-${at}@timing.test`;
const unknown = (at: number) => `stranger-${at}@timing.test`;

beforeAll(async () => {
  await env.DIRECTORY.prepare(
    `INSERT INTO users (email, first_name, last_name, status, password_hash, created_at, updated_at)
    SELECT value, 'Known', 'Person', 'active', ?, 0, 0 FROM json_each(?)`,
  )
    .bind(await hashPassword(PASSWORD), JSON.stringify(Array.from({ length: PAIRS }, (_, at) => known(at))))
    .run();
});

interface Asked {
  milliseconds: number;
  status: number;
  answer: unknown;
}

/** One request from an address of its own, so that no limit is met. */
async function timed(path: string, json: object): Promise<Asked> {
  const start = performance.now();
  const response = await call(path, { method: "POST", json });
  const text = await response.text();
  const milliseconds = performance.now() - start;
  const { request_id: _, ...body } = JSON.parse(text);
  const answer = { body, headers: [...response.headers.keys()].sort() };
  return { milliseconds, status: response.status, answer };
}

/** The median, interpolated within its tick: the clock of the Workers runtime counts whole milliseconds. */
function medianOf(all: Asked[]): number {
  const times = all.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  const middle = times[Math.floor(times.length / 2)] ?? 0;
  const below = times.filter((time) => time < middle).length;
  const within = times.filter((time) => time === middle).length;
  return middle - 0.5 + (times.length / 2 - below) / within;
}

/** Asks for known and unknown e-mails in turn, each kind as often after itself as after the other. */
async function compare(what: string, path: string, bodyFor: (email: string) => object) {
  const answers: { known: Asked[]; unknown: Asked[] } = { known: [], unknown: [] };
  for (let warm = 0; warm < 5; warm++) await timed(path, bodyFor(`warm-${what}-${warm}@timing.test`));
  for (let at = 0; at < PAIRS; at++) {
    const pair = [
      async () => answers.known.push(await timed(path, bodyFor(known(at)))),
      async () => answers.unknown.push(await timed(path, bodyFor(unknown(at)))),
    ];
    for (const ask of at % 2 ? pair.reverse() : pair) await ask();
  }
  const medians = { known: medianOf(answers.known), unknown: medianOf(answers.unknown) };
  const apart = Math.abs(medians.known / medians.unknown - 1);
  // biome-ignore lint/suspicious/noConsole: the figure that this test is run for.
  console.log(
    `${what}: median of ${PAIRS} known ${medians.known.toFixed(2)} ms, ` +
      `of ${PAIRS} unknown ${medians.unknown.toFixed(2)} ms, ${(apart * 100).toFixed(1)} % apart`,
  );
  if (JUDGED) expect(apart).toBeLessThan(WITHIN);
  return [...answers.known, ...answers.unknown];
}

const patience = { timeout: 30_000 + PAIRS * 2000 };

test("a sign-in with a wrong password tells nobody who has an account", patience, async () => {
  const json = (email: string) => ({ email, password: "not the password of anybody" });
  const all = await compare("sign-in", "/users/login", json);
  expect(new Set(all.map(({ status }) => status))).toEqual(new Set([401]));
  expect(new Set(all.map(({ answer }) => JSON.stringify(answer))).size).toBe(1);
});

test("asking for a new password tells nobody who has an account", patience, async () => {
  const all = await compare("reset", "/users/reset_password", (email) => ({ email }));
  expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]));
  expect(new Set(all.map(({ answer }) => JSON.stringify(answer))).size).toBe(1);
});

test("those who were taken for known are, with the password", async () => {
  const json = { email: known(0), password: PASSWORD };
  await bodyOf(call("/users/login", { method: "POST", json }));
});
