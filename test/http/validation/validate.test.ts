import { expect, test } from "vitest";
import { call, problemOf } from "../../harness/api.ts";
import { createUser } from "../../harness/factories.ts";

test("a body of nothing but unknown fields is refused with no more than a hundred of them", async () => {
  const user = await createUser();
  const json = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`unknown_${index}`, 1]));
  const problem = await problemOf(call(`/users/${user.id}`, { method: "PUT", json, token: user.token }), 422);
  expect(problem.errors).toHaveLength(100);
  expect(JSON.stringify(problem).length).toBeLessThan(JSON.stringify(json).length);
});
