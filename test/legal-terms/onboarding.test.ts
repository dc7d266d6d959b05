import { env } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import { bodyOf, call, problemOf } from "../harness/api.ts";
import { createCompany, createUser, type TestUser } from "../harness/factories.ts";
import { dumpDirectory, failAtEveryStatement } from "../harness/failing-statement.ts";
import { PATIENCE_MS } from "../harness/runtime/patience.ts";

let operator: TestUser;
let serial = 0;

/** Publishes a new version of the terms. @returns the id of its text. */
async function publish(): Promise<number> {
  serial += 1;
  const json = {
    version: `v${serial}`,
    texts: [{ locale: "en", title: "Terms", body: `Version ${serial}` }],
  };
  const answer = await bodyOf(call("/legal_terms", { method: "POST", token: operator.token, json }), 201);
  return answer.legal_terms[0].id;
}

type Someone = { id: number; token: string };

const complete = ({ id, token }: Someone, json?: unknown) =>
  call(`/users/${id}/onboarding`, { method: "PUT", token, ...(json !== undefined && { json }) });

const approve = ({ id, token }: Someone, legalTermId: number) =>
  bodyOf(
    call(`/users/${id}/onboarding/terms_and_conditions`, {
      method: "PUT",
      token,
      json: { legal_term_id: legalTermId },
    }),
  );

async function eventsOf({ id }: Someone, action = "user.onboarding_completed") {
  const statement = env.DIRECTORY.prepare("SELECT * FROM audit_events WHERE object_id = ? AND action = ?");
  return (await statement.bind(id, action).all()).results;
}

async function seen({ token }: Someone) {
  return (await bodyOf(call("/users/validate_jwt", { token }))).user;
}

beforeAll(async () => {
  operator = await createUser({ operator: true });
});

test("an installation without terms asks for none", async () => {
  const user = await createUser();
  const { user: shown } = await bodyOf(complete(user));
  expect(shown.onboarding_completed_at).not.toBeNull();
  expect(shown.terms_approved_at).toBeNull();
});

describe("with terms", () => {
  test("it takes the current ones, approved", async () => {
    const user = await createUser();
    const before = await seen(user);
    const old = await publish();
    expect((await problemOf(complete(user), 409)).code).toBe("terms_not_approved");
    await approve(user, old);
    const now = await publish();
    expect((await problemOf(complete(user), 409)).code).toBe("terms_not_approved");
    expect((await seen(user)).onboarding_completed_at).toBeNull();
    expect(await eventsOf(user)).toEqual([]);

    await approve(user, now);
    const { user: shown } = await bodyOf(complete(user, {}));
    const at = Date.parse(shown.onboarding_completed_at);
    expect(Date.now() - at).toBeLessThan(PATIENCE_MS);
    expect(Date.parse(shown.updated_at)).toBe(at);
    expect(at).toBeGreaterThanOrEqual(Date.parse(before.updated_at));
    expect(await eventsOf(user)).toMatchObject([
      {
        company_id: null,
        actor_id: user.id,
        object_type: "user",
        details: "{}",
        ip: expect.stringMatching(/^2001:db8:/),
        request_id: expect.stringMatching(/./),
        created_at: at,
      },
    ]);
  });

  test("the first time is the one that stays", async () => {
    const user = await createUser();
    await approve(user, await publish());
    const first = await bodyOf(complete(user));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await bodyOf(complete(user))).toEqual(first);
    expect(await eventsOf(user)).toHaveLength(1);
  });

  test("twice at once it ends once", async () => {
    const legalTermId = await publish();
    for (let run = 0; run < 50; run++) {
      const user = await createUser();
      await approve(user, legalTermId);
      const [one, other] = await Promise.all([bodyOf(complete(user)), bodyOf(complete(user))]);
      expect(one.user.onboarding_completed_at).toBe(other.user.onboarding_completed_at);
      expect(await eventsOf(user)).toHaveLength(1);
    }
  });

  test("a new version asks again and leaves the onboarding ended", async () => {
    const user = await createUser();
    await approve(user, await publish());
    const { user: done } = await bodyOf(complete(user));
    const next = await publish();
    expect(await seen(user)).toEqual({ ...done, terms_approved_at: null });
    // Ending it again says what is missing, as for anybody else.
    await problemOf(complete(user), 409);
    await approve(user, next);
    const { user: again } = await bodyOf(complete(user));
    expect(again.onboarding_completed_at).toBe(done.onboarding_completed_at);
    expect(await eventsOf(user)).toHaveLength(1);
  });

  test("another's approval is not one's own", async () => {
    const [user, other] = [await createUser(), await createUser()];
    await approve(other, await publish());
    await problemOf(complete(user), 409);
  });

  test("is all or nothing, whatever statement fails", async () => {
    const user = await createUser();
    await approve(user, await publish());
    const before = await dumpDirectory();
    const { failures, answer } = await failAtEveryStatement(
      `/users/${user.id}/onboarding`,
      { method: "PUT", token: user.token },
      async (failed) => {
        await problemOf(failed, 500);
        expect(await dumpDirectory()).toEqual(before);
      },
    );
    // Who calls; whom it is about, what the caller may there, after both; the guard, the trail, the user, the answer;
    // after the last of them.
    expect(failures).toBe(9);
    await bodyOf(answer);
    expect(await eventsOf(user)).toHaveLength(1);
  });
});

describe("a refusal", () => {
  test("goes to everyone but the user", async () => {
    const company = await createCompany();
    const user = await createUser({ access: [{ company, role: "viewer" }] });
    await approve(user, await publish());
    const owner = await createUser({ access: [{ company, role: "owner" }] });
    const stranger = await createUser();
    for (const [caller, status] of [
      [owner, 403],
      [operator, 403],
      [stranger, 404],
    ] as const) {
      await problemOf(complete({ id: user.id, token: caller.token }), status);
    }
    await problemOf(call(`/users/${user.id}/onboarding`, { method: "PUT" }), 401);
    await problemOf(complete({ id: 999_999, token: user.token }), 404);
    expect((await seen(user)).onboarding_completed_at).toBeNull();
  });

  test("goes to fields, of which there is none", async () => {
    const user = await createUser();
    await approve(user, await publish());
    for (const json of [{ onboarding_completed_at: null }, { user_id: user.id }, { operator: true }]) {
      const problem = await problemOf(complete(user, json), 422);
      expect(problem.errors).toMatchObject([{ code: "unknown_field" }]);
    }
    await problemOf(complete(user, []), 422);
    expect((await seen(user)).onboarding_completed_at).toBeNull();
  });
});
