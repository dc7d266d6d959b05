import { env } from "cloudflare:test";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { bodyOf, call, problemOf } from "../../harness/api.ts";
import { createCompany, createUser, type TestCompany, type TestUser } from "../../harness/factories.ts";
import { freshEmail } from "../../harness/people.ts";

let one: TestCompany;
let other: TestCompany;
let owner: TestUser;

beforeAll(async () => {
  one = await createCompany({ store: 0 });
  other = await createCompany({ store: 1 });
  owner = await createUser({
    access: [
      { company: one, role: "owner" },
      { company: other, role: "owner" },
    ],
  });
});

/** Something of each database, made with a key. */
const PLACES = {
  "the directory": (key: string) => post("/import/uploads", { file_name: "leads.csv", bytes: 100 }, key),
  "a lead store": (key: string) => post(`/companies/${one.id}/sources`, { name: key }, key),
  "another lead store": (key: string) => post(`/companies/${other.id}/sources`, { name: key }, key),
  "a lead store, by a file": (key: string) =>
    call(`/import?company_id=${one.id}`, {
      method: "POST",
      token: owner.token,
      headers: { "Idempotency-Key": key, "Content-Type": "text/csv" },
      body: `email\n${freshEmail()}\n`,
    }),
};
type Place = keyof typeof PLACES;
const PAIRS = (Object.keys(PLACES) as Place[]).flatMap((first) =>
  (Object.keys(PLACES) as Place[]).filter((then) => then !== first).map((then) => [first, then] as const),
);

const newKey = () => crypto.randomUUID();

function post(path: string, json: unknown, key: string): Promise<Response> {
  return call(path, { method: "POST", json, token: owner.token, headers: { "Idempotency-Key": key } });
}

function isCreated({ status }: Response): boolean {
  return status === 201 || status === 202;
}

test.each(PAIRS)("a key used in %s is refused in %s, and replayed where it was used", async (first, then) => {
  const key = newKey();
  const made = await PLACES[first](key);
  expect(isCreated(made), await made.clone().text()).toBe(true);
  expect((await problemOf(PLACES[then](key), 422)).code).toBe("idempotency_key_reused");
  // The refusal has left nothing behind.
  expect((await problemOf(PLACES[then](key), 422)).code).toBe("idempotency_key_reused");
  if (first === "a lead store, by a file") return;
  const again = await PLACES[first](key);
  expect([again.status, again.headers.get("Idempotent-Replayed")]).toEqual([made.status, "true"]);
  expect(await again.text()).toBe(await made.text());
});

test.each(PAIRS)("of two at once, in %s and in %s, one is made", async (first, then) => {
  const key = newKey();
  const answers = await Promise.all([PLACES[first](key), PLACES[then](key)]);
  expect(answers.filter(isCreated)).toHaveLength(1);
  expect(answers.find((answer) => !isCreated(answer))?.status).toBe(422);
});

describe("a key whose request was refused is free", () => {
  test("in every other place", async () => {
    const key = newKey();
    await problemOf(post(`/companies/${one.id}/sources`, { name: key, parent: 1 }, key), 422);
    const email = freshEmail();
    await bodyOf(post(`/companies/${one.id}/leads`, { email }, newKey()), 201);
    expect((await problemOf(post(`/companies/${one.id}/leads`, { email }, key), 409)).code).toBe(
      "lead_exists",
    );
    expect(isCreated(await PLACES["another lead store"](key))).toBe(true);
    expect((await problemOf(PLACES["the directory"](key), 422)).code).toBe("idempotency_key_reused");
  });

  test("also where it was refused in the directory", async () => {
    const key = newKey();
    const invitation = { email: "not an address", company_id: one.id, access_id: 3 };
    await problemOf(post("/invitations", invitation, key), 422);
    const owned = { user_accesses: [{ company_id: one.id, access_id: 1 }] };
    await problemOf(post(`/users/${owner.id}/user_access`, owned, key), 409);
    expect(isCreated(await PLACES["a lead store"](key))).toBe(true);
  });
});

test("a key is free everywhere after 24 hours, however late its answer was asked for again", async () => {
  const key = newKey();
  const later = (milliseconds: number) => vi.useFakeTimers({ toFake: ["Date"], now: start + milliseconds });
  const start = Date.now();
  const hour = 60 * 60 * 1000;
  await bodyOf(PLACES["a lead store"](key), 201);
  try {
    later(0.2 * hour);
    expect((await PLACES["a lead store"](key)).headers.get("Idempotent-Replayed")).toBe("true");
  } finally {
    vi.useRealTimers();
  }
  const kept = await env.DIRECTORY.prepare(
    "SELECT count(*) AS n FROM keyed_requests WHERE operation = 'createSource' AND created_at > ?",
  )
    .bind(start + 0.1 * hour)
    .first<number>("n");
  expect(kept).toBe(0);
});
