import { expect, test } from "vitest";
import { type Actor, userIdOf } from "../../../src/auth/actor.ts";
import { hashOwnKey } from "../../../src/http/idempotency/keyed-request.ts";
import type { PolicyInput } from "../../../src/http/policies/policy.ts";
import { ROUTES } from "../../../src/routes.ts";

const NO_USERS: (Actor | null)[] = [
  null,
  { kind: "api_key", keyId: 1, companyId: 1, role: "owner" },
  { kind: "link", userId: 1 },
  { kind: "system" },
];

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

test.each(NO_USERS)(
  "no policy takes %j for a user: it is refused before anything is looked up",
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

test("a key, a user and a job have idempotency keys of their own, although their ids are the same", () => {
  const user = { kind: "user", userId: 1 } as Actor;
  const hashes = [user, ...NO_USERS.filter((actor) => actor !== null && actor.kind !== "link")].map((actor) =>
    hashOwnKey(actor as Actor, "key"),
  );
  expect(new Set(hashes).size).toBe(3);
});

test("the trail names the user who acts or whose link is used, and no key or job as a user", () => {
  expect(NO_USERS.map(userIdOf)).toEqual([null, null, 1, null]);
});
