import { expect, test } from "vitest";
import { type Actor, authorIdOf } from "../../../src/auth/actor.ts";
import { hashOwnKey } from "../../../src/http/idempotency/keyed-request.ts";
import type { PolicyInput } from "../../../src/http/policies/policy.ts";
import { ROUTES } from "../../../src/routes.ts";

const NOBODY: (Actor | null)[] = [null, { kind: "link", holderId: 1 }, { kind: "system" }];
const KEY = { kind: "api_key", keyId: 1, companyId: 1 } as Actor;

/** A request of somebody, of which nothing else can be asked. */
function requestOfActor(actor: Actor | null): PolicyInput {
  const input = {
    actor,
    params: {},
    query: () => undefined,
    readBody: () => Promise.reject(new Error("the body was read")),
  };
  return new Proxy(input as unknown as PolicyInput, {
    get(target, name) {
      if (!(name in target)) throw new Error(`${String(name)} was looked at`);
      return Reflect.get(target, name);
    },
  });
}

test.each(NOBODY)(
  "no policy takes %j for somebody who signed in: it is refused before anything is looked up",
  async (actor) => {
    for (const { spec } of ROUTES) {
      const { access, operationId } = spec;
      if (access.caller === "ignored" || (access.caller === "optional" && actor === null)) continue;
      await expect(access.authorize(requestOfActor(actor)), operationId).rejects.toMatchObject({
        code: "unauthorized",
      });
    }
  },
);

test("where keys are not let in, a key is refused before anything is looked up", async () => {
  const closed = ROUTES.filter(({ spec: { access } }) => !access.acceptsKeys && access.caller !== "ignored");
  expect(closed.length).toBeGreaterThan(20);
  for (const { spec } of closed) {
    await expect(spec.access.authorize(requestOfActor(KEY)), spec.operationId).rejects.toMatchObject({
      code: "not_for_keys",
    });
  }
});

test("a key, a user and a job have idempotency keys of their own, although their ids are the same", () => {
  const user = { kind: "user", userId: 1 } as Actor;
  const hashes = [user, KEY, { kind: "system" } as Actor].map((actor) => hashOwnKey(actor, "key"));
  expect(new Set(hashes).size).toBe(3);
});

test("the trail names who acts or whose link is used, and no job", () => {
  expect([...NOBODY, KEY].map(authorIdOf)).toEqual([null, 1, null, 1]);
});
